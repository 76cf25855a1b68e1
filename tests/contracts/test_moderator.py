from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from openai import AsyncOpenAI

from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer
from picturebook.adapters.openai_moderator import OpenAIModerator
from picturebook.ports.moderator import Moderator
from tests.fakes.text_models import REFUSED_WORD, FakeModerator

KEY = "sk-test"


@pytest.fixture(scope="module")
def service() -> Iterator[ImageServer]:
    with ImageServer(ServiceConfig(api_key=KEY)) as server:
        yield server


@pytest.fixture(params=["openai", "fake"])
async def moderator(request: pytest.FixtureRequest, service: ImageServer) -> AsyncIterator[Moderator]:
    if request.param == "fake":
        yield FakeModerator()
        return
    async with AsyncOpenAI(base_url=service.base_url, api_key=KEY) as client:
        yield OpenAIModerator(client)


async def test_every_text_is_judged_by_itself_and_in_order(moderator: Moderator) -> None:
    texts = ["a fox", f"a {REFUSED_WORD} fox", "a bear"]

    assert await moderator.judge(texts, timeout_seconds=60) == ((), ("violence",), ())


async def test_as_many_texts_as_a_long_story_has_are_all_judged(moderator: Moderator) -> None:
    texts = [f"page {number}" for number in range(100)] + [f"A {REFUSED_WORD.upper()} page"]

    flags = await moderator.judge(texts, timeout_seconds=60)

    assert len(flags) == 101
    assert [number for number, flags_of_text in enumerate(flags) if flags_of_text] == [100]


async def test_without_texts_no_request_is_made(moderator: Moderator) -> None:
    assert await moderator.judge([], timeout_seconds=60) == ()
