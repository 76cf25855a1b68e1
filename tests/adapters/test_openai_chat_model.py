from __future__ import annotations

import json

import httpx2
import pytest

from picturebook.adapters.openai_chat_model import OpenAIChatModel
from picturebook.errors import ImageProcessingError, PicturebookError, PromptRefusedError, ProviderAccountError
from picturebook.ports.chat_model import ChatModel, ChatRequest
from tests.image_generation.scripted_openai import ScriptedOpenAI, chat_answer, refusal

REQUEST = ChatRequest(model="gpt-5.4-mini", instructions="Be brief.", text="A fox")


async def test_the_answer_is_the_text() -> None:
    model: ChatModel = OpenAIChatModel(ScriptedOpenAI(chat_answer("  A red fox.\n")).client)

    assert await model.complete(REQUEST, timeout_seconds=5) == "A red fox."


async def test_only_what_every_compatible_server_takes_is_sent() -> None:
    scripted = ScriptedOpenAI(chat_answer("x"))

    await OpenAIChatModel(scripted.client).complete(REQUEST, timeout_seconds=5)

    [sent] = scripted.requests
    assert sent.url.path == "/v1/chat/completions"
    assert json.loads(sent.content) == {
        "model": "gpt-5.4-mini",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "A fox"}],
    }


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
        await OpenAIChatModel(ScriptedOpenAI(answer).client).complete(REQUEST, timeout_seconds=5)

    assert caught.value.details["billed"] is True
    assert caught.value.context.source == "openai_chat_model.complete"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(401, "invalid_api_key"), ProviderAccountError),
        (refusal(400, "content_filter"), PromptRefusedError),
    ],
)
async def test_failures_are_classified_as_those_of_pictures(
    answer: httpx2.Response, expected: type[PicturebookError]
) -> None:
    scripted = ScriptedOpenAI(answer)

    with pytest.raises(expected):
        await OpenAIChatModel(scripted.client).complete(REQUEST, timeout_seconds=5)
    assert len(scripted.requests) == 1
