from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

import pytest
from openai import AsyncOpenAI

from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer
from picturebook.adapters.openai_chat_model import OpenAIChatModel
from picturebook.errors import ImageProcessingError, PromptRefusedError
from picturebook.models.pictures import ChatUsage
from picturebook.ports.chat_model import ChatModel, ChatRequest
from picturebook.prompts.bible_prompt import bible_request, fallback_style, read_bible
from tests.fakes.stories import story
from tests.fakes.text_models import REFUSED_WORD, FakeChatModel

KEY = "sk-test"


def alt_request(**parts: object) -> ChatRequest:
    schema = {
        "type": "object",
        "properties": {"alt_text": {"type": "string"}},
        "required": ["alt_text"],
        "additionalProperties": False,
    }
    words = {"model": "gpt-5-mini", "instructions": "Describe.", "text": json.dumps({"page_text": "A fox runs."})}
    fields = {**words, "schema": schema, "schema_name": "alt_text", "most_tokens_out": 500, **parts}
    return ChatRequest(**fields)  # type: ignore[arg-type] # parts are replaced by name


@pytest.fixture(scope="module")
def service() -> Iterator[ImageServer]:
    with ImageServer(ServiceConfig(api_key=KEY)) as server:
        yield server


@pytest.fixture(params=["openai", "fake"])
async def chat(request: pytest.FixtureRequest, service: ImageServer) -> AsyncIterator[ChatModel]:
    if request.param == "fake":
        yield FakeChatModel()
        return
    async with AsyncOpenAI(base_url=service.base_url, api_key=KEY) as client:
        yield OpenAIChatModel(client)


async def test_plain_text_is_answered_with_text_and_counted(chat: ChatModel) -> None:
    answer = await chat.complete(ChatRequest("gpt-5-mini", "Enrich.", "A fox"), timeout_seconds=60)

    assert answer.text == answer.text.strip() != ""
    assert isinstance(answer.usage, ChatUsage)
    assert answer.usage.tokens_in > 0
    assert answer.usage.tokens_out > 0


async def test_a_schema_is_answered_with_matching_json(chat: ChatModel) -> None:
    answer = await chat.complete(alt_request(), timeout_seconds=60)

    assert list(json.loads(answer.text)) == ["alt_text"]


async def test_an_answer_that_was_cut_off_is_an_error_with_its_tokens(chat: ChatModel) -> None:
    with pytest.raises(ImageProcessingError, match="cut off") as caught:
        await chat.complete(alt_request(most_tokens_out=1), timeout_seconds=60)

    assert caught.value.details["billed"] is True
    assert caught.value.details["tokens_out"] != 0


async def test_a_model_that_declines_is_a_refusal_with_its_tokens(chat: ChatModel) -> None:
    text = json.dumps({"page_text": f"A {REFUSED_WORD} fox."})

    with pytest.raises(PromptRefusedError) as caught:
        await chat.complete(alt_request(text=text), timeout_seconds=60)

    assert caught.value.details["billed"] is True
    assert caught.value.details["tokens_in"] != 0


async def test_the_schema_of_a_story_is_accepted_by_the_strict_service(chat: ChatModel) -> None:

    lantern = story()
    asked = bible_request(lantern.characters, others=(), style=lantern.style, asks_style=True, model="gpt-5-mini")
    answer = await chat.complete(asked, timeout_seconds=60)
    names = [character.name for character in lantern.characters]
    read = read_bible(answer.text, lantern.characters, names=names, fallback=fallback_style(lantern))

    assert read.problems == ()
    assert [appearance.source for appearance in read.appearances] == ["chat", "chat"]
    assert read.style is not None
    assert read.style.source == "chat"
