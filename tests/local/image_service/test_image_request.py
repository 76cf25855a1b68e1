from typing import Any

import pytest

from local.image_service.api_errors import ApiError
from local.image_service.image_request import ImageRequest, validate_image_request

NOVEMBER_2026 = 1_795_300_000.0
DECEMBER_2026 = 1_796_169_600.0


def validate(is_edit: bool = False, now: float = NOVEMBER_2026, **fields: Any) -> ImageRequest:
    return validate_image_request({"model": "gpt-image-2", "prompt": "a fox", **fields}, is_edit=is_edit, now=now)


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"style": "vivid"}, "style", "unknown_parameter"),
        ({"response_format": "b64_json"}, "response_format", "unknown_parameter"),
        ({"colour": "red"}, "colour", "unknown_parameter"),
        ({"input_fidelity": "high"}, "input_fidelity", "unknown_parameter"),
        ({"prompt": None}, "prompt", "missing_required_parameter"),
        ({"prompt": 7}, "prompt", "invalid_type"),
        ({"prompt": "  "}, "prompt", "invalid_value"),
        ({"prompt": "x" * 32_001}, "prompt", "string_above_max_length"),
        ({"quality": "standard"}, "quality", "invalid_value"),
        ({"quality": "hd"}, "quality", "invalid_value"),
        ({"quality": "xhigh"}, "quality", "invalid_value"),
        ({"size": "1000x1000"}, "size", "invalid_value"),
        ({"size": "256x256"}, "size", "invalid_value"),
        ({"size": "3856x1600"}, "size", "invalid_value"),
        ({"size": "3840x1264"}, "size", "invalid_value"),
        ({"size": "3840x2176"}, "size", "invalid_value"),
        ({"size": "large"}, "size", "invalid_value"),
        ({"model": "gpt-image-1.5", "size": "1280x720"}, "size", "invalid_value"),
        ({"n": 0}, "n", "invalid_value"),
        ({"n": 11}, "n", "invalid_value"),
        ({"n": "two"}, "n", "invalid_type"),
        ({"n": True}, "n", "invalid_type"),
        ({"output_format": "gif"}, "output_format", "invalid_value"),
        ({"output_compression": 50}, "output_compression", "invalid_value"),
        ({"output_compression": 101, "output_format": "webp"}, "output_compression", "invalid_value"),
        ({"background": "transparent", "output_format": "jpeg"}, "background", "invalid_value"),
        ({"background": "green"}, "background", "invalid_value"),
        ({"moderation": "off"}, "moderation", "invalid_value"),
        ({"stream": True}, "stream", "invalid_value"),
        ({"partial_images": 2}, "partial_images", "invalid_value"),
    ],
)
def test_what_the_model_does_not_take_is_refused_by_name(fields: dict[str, Any], param: str, code: str) -> None:
    with pytest.raises(ApiError) as refused:
        validate(**fields)
    assert refused.value.status == 400
    assert refused.value.body["error"]["param"] == param
    assert refused.value.body["error"]["code"] == code


@pytest.mark.parametrize(
    "fields",
    [
        {"size": "3840x2160", "quality": "high"},
        {"size": "1024x640"},
        {"size": "1408x480"},
        {"model": "gpt-image-2.6-flare", "quality": "max"},
        {"model": "gpt-image-1-mini", "size": "1536x1024"},
        {"background": "transparent", "output_format": "webp", "output_compression": 0},
        {"prompt": "x" * 32_000, "n": 10, "user": "u", "moderation": "low", "stream": False},
        {"size": None, "quality": None},
    ],
)
def test_what_the_model_takes_is_accepted(fields: dict[str, Any]) -> None:
    assert validate(**fields).width >= 1


@pytest.mark.parametrize("model", ["dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-9", "gpt-5-mini"])
def test_a_retired_or_unknown_model_is_not_found(model: str) -> None:
    with pytest.raises(ApiError) as refused:
        validate(model=model)
    assert (refused.value.status, refused.value.body["error"]["code"]) == (404, "model_not_found")


def test_a_model_ends_on_its_shutdown_date() -> None:
    assert validate(model="gpt-image-1.5").model.name == "gpt-image-1.5"
    with pytest.raises(ApiError) as refused:
        validate(model="gpt-image-1.5", now=DECEMBER_2026)
    assert refused.value.status == 404


def test_input_fidelity_exists_only_where_the_model_has_it() -> None:
    assert validate(is_edit=True, model="gpt-image-1.5", input_fidelity="high")
    for model, value in (("gpt-image-2", "high"), ("gpt-image-1-mini", "high")):
        with pytest.raises(ApiError) as refused:
            validate(is_edit=True, model=model, input_fidelity=value)
        assert refused.value.body["error"]["param"] == "input_fidelity"


def test_form_fields_count_as_numbers() -> None:
    assert validate(is_edit=True, n="2").n == 2


def test_auto_is_decided_and_named() -> None:
    request = validate()
    assert (request.size, request.quality, request.background, request.output_format) == (
        "1024x1024",
        "medium",
        "opaque",
        "png",
    )
