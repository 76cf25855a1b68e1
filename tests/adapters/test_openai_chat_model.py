from __future__ import annotations

import json
from dataclasses import replace

import httpx2
import pytest

from picturebook.adapters.openai_chat_model import OpenAIChatModel
from picturebook.circuit_breaker.outcome_classifier import CallOutcome, classify_outcome
from picturebook.errors import (
    ImageProcessingError,
    PicturebookError,
    PromptRefusedError,
    ProviderAccountError,
    RequestRefusedError,
)
from picturebook.models.pictures import ChatUsage
from picturebook.ports.chat_model import ChatAnswer, ChatModel, ChatRequest
from tests.image_generation.scripted_openai import ScriptedOpenAI, chat_answer, refusal

REQUEST = ChatRequest(model="gpt-5.4-mini", instructions="Be brief.", text="A fox")


async def test_the_answer_is_the_text() -> None:
    model: ChatModel = OpenAIChatModel(ScriptedOpenAI(chat_answer("  A red fox.\n")).client)

    assert await model.complete(REQUEST, timeout_seconds=60) == ChatAnswer("A red fox.", None)


async def test_tokens_are_those_that_the_service_counted() -> None:
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    model = OpenAIChatModel(ScriptedOpenAI(chat_answer("x", usage=usage)).client)

    assert (await model.complete(REQUEST, timeout_seconds=60)).usage == ChatUsage(tokens_in=11, tokens_out=7)


@pytest.mark.parametrize("usage", [{}, {"prompt_tokens": 5}, {"prompt_tokens": "5", "completion_tokens": 7}, "x"])
async def test_an_incomplete_token_count_is_ignored(usage: object) -> None:
    model = OpenAIChatModel(ScriptedOpenAI(chat_answer("x", usage=usage)).client)

    assert (await model.complete(REQUEST, timeout_seconds=60)).usage is None


async def test_only_parameters_that_every_compatible_server_accepts_are_sent() -> None:
    scripted = ScriptedOpenAI(chat_answer("x"))

    await OpenAIChatModel(scripted.client).complete(REQUEST, timeout_seconds=60)

    [sent] = scripted.requests
    assert sent.url.path == "/v1/chat/completions"
    assert json.loads(sent.content) == {
        "model": "gpt-5.4-mini",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "A fox"}],
    }


async def test_a_schema_and_a_token_limit_are_sent_under_the_providers_names() -> None:
    scripted = ScriptedOpenAI(chat_answer("{}"))
    schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    request = replace(REQUEST, schema=schema, schema_name="looks", most_tokens_out=900)

    await OpenAIChatModel(scripted.client).complete(request, timeout_seconds=60)

    body = json.loads(scripted.requests[0].content)
    form = {"name": "looks", "strict": True, "schema": schema}
    assert body["response_format"] == {"type": "json_schema", "json_schema": form}
    assert body["max_completion_tokens"] == 900


async def test_a_model_that_declines_is_a_refusal() -> None:
    answer = chat_answer(None, refusal="I'm sorry.", usage={"prompt_tokens": 11, "completion_tokens": 7})

    with pytest.raises(PromptRefusedError) as caught:
        await OpenAIChatModel(ScriptedOpenAI(answer).client).complete(REQUEST, timeout_seconds=60)

    assert caught.value.details == {"tokens_in": 11, "tokens_out": 7, "billed": True}
    assert "sorry" not in str(caught.value)
    assert classify_outcome(caught.value) is CallOutcome.ANSWERED, "a refusal is an answer, so the route works"


@pytest.mark.parametrize("content", ["A red", None, ""], ids=["some text", "no text", "blank"])
async def test_the_error_of_a_cut_answer_has_its_tokens(content: object) -> None:
    answer = chat_answer(content, finish_reason="length", usage={"prompt_tokens": 11, "completion_tokens": 7})

    with pytest.raises(ImageProcessingError, match="cut off") as caught:
        await OpenAIChatModel(ScriptedOpenAI(answer).client).complete(REQUEST, timeout_seconds=60)

    assert caught.value.details == {"tokens_in": 11, "tokens_out": 7, "billed": True}


@pytest.mark.parametrize(
    "answer",
    [
        chat_answer(None),
        chat_answer("  "),
        chat_answer(["x"]),
        chat_answer("A red", finish_reason="length"),
        httpx2.Response(200, html="<h1>hello</h1>"),
        httpx2.Response(200, json={"choices": []}),
        httpx2.Response(200, json={"choices": "x"}),
    ],
    ids=["no text", "blank", "not text", "cut off", "HTML", "no choices", "wrong type"],
)
async def test_an_answer_without_a_whole_text_is_not_used(answer: httpx2.Response) -> None:
    with pytest.raises(ImageProcessingError) as caught:
        await OpenAIChatModel(ScriptedOpenAI(answer).client).complete(REQUEST, timeout_seconds=60)

    assert caught.value.details["billed"] is True
    assert caught.value.context.source == "openai_chat_model.complete"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(401, "invalid_api_key"), ProviderAccountError),
        (refusal(400, "content_filter"), PromptRefusedError),
        (refusal(400, "invalid_json_schema"), RequestRefusedError),
        (chat_answer("x", finish_reason="content_filter"), PromptRefusedError),
    ],
)
async def test_failures_are_classified_as_those_of_pictures(
    answer: httpx2.Response, expected: type[PicturebookError]
) -> None:
    scripted = ScriptedOpenAI(answer)

    with pytest.raises(expected):
        await OpenAIChatModel(scripted.client).complete(REQUEST, timeout_seconds=60)
    assert len(scripted.requests) == 1
