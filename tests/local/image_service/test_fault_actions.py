"""Each scripted fault as the official client sees it, and whether it was billed."""

import base64
import io
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest
from PIL import Image

from tests.local.image_service.conftest import PATIENCE

Draw = Callable[..., Any]


@pytest.mark.parametrize(
    ("rule", "error", "code"),
    [
        ({"action": "rate_limit", "retry_after": 7}, openai.RateLimitError, "rate_limit_exceeded"),
        ({"action": "quota"}, openai.RateLimitError, "insufficient_quota"),
        (
            {"action": "quota", "code": "billing_hard_limit_reached"},
            openai.BadRequestError,
            "billing_hard_limit_reached",
        ),
        ({"action": "invalid_key"}, openai.AuthenticationError, "invalid_api_key"),
        ({"action": "refuse"}, openai.BadRequestError, "moderation_blocked"),
        ({"action": "status", "status": 500}, openai.InternalServerError, None),
        ({"action": "status", "status": 502}, openai.InternalServerError, None),
        ({"action": "status", "status": 503, "retry_after": 3}, openai.InternalServerError, None),
        ({"action": "status", "status": 504}, openai.InternalServerError, None),
        ({"action": "html"}, openai.InternalServerError, None),
    ],
)
def test_a_refused_or_failed_request_is_not_billed(
    rule: dict[str, Any], error: type[openai.APIStatusError], code: str | None, service: Any, draw_one: Draw
) -> None:
    service.script({**rule, "first": 1})
    before = service.billed()
    with pytest.raises(error) as failed:
        draw_one()
    assert failed.value.code == code
    if "retry_after" in rule:
        assert failed.value.response.headers["retry-after"] == str(rule["retry_after"])
    assert service.billed() == before
    draw_one()
    assert service.billed() == before + 1


@pytest.mark.parametrize("billed", [False, True])
def test_a_dropped_connection_is_billed_only_after_the_drawing(billed: bool, service: Any, draw_one: Draw) -> None:
    service.script({"action": "drop", "billed": billed, "first": 1})
    before = service.billed()
    with pytest.raises(openai.APIConnectionError):
        draw_one()
    assert service.billed() == before + billed


def test_a_gateway_timeout_can_come_after_billing(service: Any, draw_one: Draw) -> None:
    service.script({"action": "status", "status": 504, "billed": True})
    before = service.billed()
    with pytest.raises(openai.InternalServerError):
        draw_one()
    assert service.billed() == before + 1


def test_a_hanging_request_ends_when_the_client_gives_up(service: Any, client: openai.OpenAI) -> None:
    service.script({"action": "hang"})
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.2).images.generate(model="gpt-image-2", prompt="a fox")


def test_a_hang_of_some_seconds_ends_as_a_gateway_would(service: Any, draw_one: Draw) -> None:
    service.script({"action": "hang", "seconds": 0.05})
    with pytest.raises(openai.InternalServerError):
        draw_one()


def test_a_delay_only_delays(service: Any, draw_one: Draw) -> None:
    service.script({"action": "delay", "seconds": 0.05})
    assert draw_one().data


def test_empty_data_is_billed(service: Any, draw_one: Draw) -> None:
    service.script({"action": "empty_data"})
    before = service.billed()
    assert draw_one().data == []
    assert service.billed() == before + 1


def test_rubbish_and_truncated_pictures_are_billed(service: Any, draw_one: Draw) -> None:
    before = service.billed()
    service.script({"action": "rubbish_base64"})
    with pytest.raises(ValueError, match="base64"):
        base64.b64decode(draw_one().data[0].b64_json, validate=True)
    service.script({"action": "truncated_image"})
    picture = Image.open(io.BytesIO(base64.b64decode(draw_one().data[0].b64_json)))
    with pytest.raises(OSError, match="truncated"):
        picture.load()
    assert service.billed() == before + 2


def test_an_error_inside_a_200_is_billed(service: Any, draw_one: Draw) -> None:
    service.script({"action": "error_in_200"})
    before = service.billed()
    assert draw_one().data is None
    assert service.billed() == before + 1


def test_chat_and_model_lists_can_fail_too(service: Any, client: openai.OpenAI) -> None:
    service.script(
        {"action": "status", "status": 503, "path": "/v1/responses"}, {"action": "quota", "path": "/v1/models"}
    )
    with pytest.raises(openai.InternalServerError):
        client.responses.create(model="gpt-5-mini", input="a fox")
    with pytest.raises(openai.RateLimitError):
        client.models.list()


def test_a_script_with_a_typo_or_without_the_key_is_refused(service: Any) -> None:
    address = f"{service.server.origin}/admin/faults"
    headers = {"authorization": "Bearer sk-test"}
    assert httpx2.post(address, json=[{"action": "explode"}], headers=headers, timeout=PATIENCE).status_code == 400
    assert httpx2.post(address, json=[{"action": "drop"}], timeout=PATIENCE).status_code == 401
    assert httpx2.request("DELETE", address, headers=headers, timeout=PATIENCE).json() == {"rules": []}


@pytest.mark.parametrize(
    ("action", "beginning", "ending"),
    [
        ("polyglot_image", b"\x89PNG", b"PK\x05\x06" + bytes(4) + b"\x01"),
        ("swelling_image", b"\x89PNG", b"zTXtComment"),
        ("huge_image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x20\0\0\0\x18\0", b"IEND"),
        ("gif_image", b"GIF8", b";"),
    ],
)
def test_pictures_that_nobody_should_show_are_billed(
    action: str, beginning: bytes, ending: bytes, service: Any, draw_one: Draw
) -> None:
    service.script({"action": action})
    before = service.billed()
    picture = base64.b64decode(draw_one().data[0].b64_json)
    assert picture.startswith(beginning)
    assert ending in picture
    assert service.billed() == before + 1


def test_an_endless_answer_ends_when_the_client_leaves(service: Any) -> None:
    service.script({"action": "endless_answer"})
    request = {"model": "gpt-image-2", "prompt": "a fox", "size": "1024x640"}
    address, headers = f"{service.base_url}/images/generations", {"authorization": "Bearer sk-test"}
    with httpx2.stream("POST", address, json=request, headers=headers, timeout=PATIENCE) as answer:
        read = 0
        for piece in answer.iter_raw():
            read += len(piece)
            if read > 8_000_000:
                break
    assert answer.status_code == 200
