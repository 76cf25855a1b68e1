"""What a chat or a moderation may ask for; what the provider would not take is refused, with the parameter's name."""

from __future__ import annotations

from typing import Any

import pytest

from local.image_service.api_errors import ApiError
from local.image_service.chat_request import ChatRequest, validate_chat_request
from local.image_service.moderation import checked_input

SCHEMA = {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"], "additionalProperties": False}
BODY: dict[str, Any] = {"model": "gpt-5-mini", "messages": [{"role": "user", "content": "A fox"}]}


def form(**parts: object) -> dict[str, Any]:
    described = {"name": "looks", "strict": True, "schema": SCHEMA, **parts}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


def chat_request(**parameters: object) -> ChatRequest:
    return validate_chat_request({**BODY, **parameters})


def test_a_form_a_bound_and_what_changes_nothing_are_taken() -> None:
    taken = chat_request(
        **form(description="x"), max_completion_tokens=9, temperature=0.2, stop=None, n=1, stream=False
    )

    assert (taken.schema, taken.most_tokens_out, taken.message) == (SCHEMA, 9, "A fox")


def test_plain_text_is_a_form_too() -> None:
    assert chat_request(response_format={"type": "text"}).schema is None


def test_older_models_take_the_older_bound() -> None:
    assert chat_request(model="gpt-4.1-mini", max_tokens=7).most_tokens_out == 7


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        (form(strict=False), "response_format"),
        (form(strict=None), "response_format"),
        (form(schema={"type": "object", "properties": {}, "required": []}), "response_format"),
        (form(schema=None), "response_format"),
        (form(name="no spaces"), "response_format.json_schema.name"),
        (form(name="x" * 65), "response_format.json_schema.name"),
        (form(extra=1), "response_format.json_schema.extra"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"response_format": "json"}, "response_format"),
        ({"max_output_tokens": 3}, "max_output_tokens"),
        ({"max_tokens": 9}, "max_tokens"),
        ({"max_completion_tokens": 0}, "max_completion_tokens"),
        ({"max_completion_tokens": "9"}, "max_completion_tokens"),
        ({"max_completion_tokens": True}, "max_completion_tokens"),
        ({"n": 2}, "n"),
        ({"stream": True}, "stream"),
        ({"model": None}, "model"),
        ({"model": "gpt-image-2"}, "model"),
        ({"messages": None}, "messages"),
        ({"messages": [{"role": "user", "content": " "}]}, "messages"),
        ({"messages": "x"}, "messages"),
        ({"messages": [{"role": "narrator", "content": "x"}]}, "messages[0].role"),
    ],
)
def test_what_the_provider_would_not_take_is_refused(parameters: dict[str, Any], param: str) -> None:
    with pytest.raises(ApiError) as refused:
        chat_request(**parameters)

    assert refused.value.body["error"]["param"] == param


@pytest.mark.parametrize("given", ["x", ["x", ""], [{"type": "text", "text": "x"}]])
def test_texts_and_parts_are_judged(given: Any) -> None:
    assert checked_input(given) == given


@pytest.mark.parametrize("given", [None, "", [], [1], ["x", 1], [{"type": "video"}], {"text": "x"}, 3])
def test_what_cannot_be_judged_is_refused(given: Any) -> None:
    with pytest.raises(ApiError) as refused:
        checked_input(given)

    assert refused.value.body["error"]["param"] == "input"
