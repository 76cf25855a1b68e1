"""Chats and moderations through the official client, as strict as for pictures."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import openai
import pytest

from picturebook.models.story import Character
from picturebook.prompts.bible_prompt import bible_request
from tests.local.image_service.conftest import PATIENCE

MIRA = Character(name="Mira", traits=("a small girl", "a yellow raincoat"))
REQUEST = bible_request([MIRA], others=(), style="soft watercolour", asks_style=True, model="gpt-5.4-mini")
FORM: dict[str, Any] = {"name": "character_bible", "strict": True, "schema": REQUEST.schema}


def ask(client: openai.OpenAI, text: str = REQUEST.text, **parameters: Any) -> Any:
    messages = [{"role": "system", "content": REQUEST.instructions}, {"role": "user", "content": text}]
    fields = {"model": "gpt-5.4-mini", "messages": messages, **parameters}
    return client.chat.completions.create(**fields)


def ask_in_form(client: openai.OpenAI, text: str = REQUEST.text, **parameters: Any) -> Any:
    return ask(client, text, response_format={"type": "json_schema", "json_schema": {**FORM}}, **parameters)


def stats(service: Any) -> dict[str, Any]:
    answer: dict[str, Any] = httpx2.get(f"{service.server.origin}/admin/stats", timeout=PATIENCE).json()
    return answer


def bill(service: Any) -> int:
    return len(service.server.service.text_bill.records)


def test_a_form_is_answered_always_the_same_and_billed_beside_the_pictures(client: openai.OpenAI, service: Any) -> None:
    before, pictures = stats(service), service.billed()

    answers = [ask_in_form(client) for _ in range(2)]

    first, second = (json.loads(answer.choices[0].message.content) for answer in answers)
    assert first == second
    assert [entry["number"] for entry in first["characters"]] == [1]
    assert "yellow" in first["palette"]
    after = stats(service)
    assert after["chats_billed"] == before["chats_billed"] + 2
    tokens = answers[0].usage
    paid = 2 * (tokens.prompt_tokens * 0.75 + tokens.completion_tokens * 4.5) / 1e6
    assert after["chats_usd"] - before["chats_usd"] == pytest.approx(paid)
    assert service.billed() == pictures


def test_an_answer_longer_than_its_bound_is_cut_off_and_billed(client: openai.OpenAI, service: Any) -> None:
    before = bill(service)

    answer = ask_in_form(client, max_completion_tokens=5)

    assert answer.choices[0].finish_reason == "length"
    assert (answer.usage.completion_tokens, len(answer.choices[0].message.content)) == (5, 20)
    assert bill(service) == before + 1


def test_a_schema_that_is_not_strict_is_refused_and_not_billed(client: openai.OpenAI, service: Any) -> None:
    before = bill(service)

    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, response_format={"type": "json_schema", "json_schema": {**FORM, "strict": False}})

    assert (refused.value.param, refused.value.code) == ("response_format", "invalid_json_schema")
    assert bill(service) == before


def test_a_refused_word_is_declined_in_words(client: openai.OpenAI) -> None:
    message = ask_in_form(client, text="a forbidden-by-policy fox").choices[0].message

    assert message.content is None
    assert message.refusal


def test_an_unusable_answer_is_billed_and_a_failure_is_not(client: openai.OpenAI, service: Any) -> None:
    path = "/v1/chat"
    actions: list[dict[str, Any]] = [
        *({"action": action} for action in ("empty_data", "rubbish_base64", "truncated_image", "error_in_200")),
        {"action": "status", "status": 503},
    ]
    service.script(*({**rule, "path": path, "first": 1} for rule in actions))
    before = bill(service)

    empty, rubbish, cut, error = (ask_in_form(client) for _ in range(4))
    with pytest.raises(openai.InternalServerError):
        ask_in_form(client)

    assert empty.choices == []
    assert "not JSON" in rubbish.choices[0].message.content
    assert cut.choices[0].finish_reason == "length"
    assert error.choices is None
    assert bill(service) == before + 4


def test_moderation_counts_what_it_judged_and_fails_as_it_is_told(client: openai.OpenAI, service: Any) -> None:
    before = service.server.service.text_bill.moderated
    service.script({"action": "status", "path": "/v1/moderations", "first": 1})

    with pytest.raises(openai.InternalServerError):
        client.moderations.create(input="x")
    client.moderations.create(input=["x", "y"])

    assert service.server.service.text_bill.moderated == before + 2


def test_an_unknown_parameter_of_a_moderation_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.moderations.create(input="x", extra_body={"threshold": 1})
    assert refused.value.code == "unknown_parameter"
