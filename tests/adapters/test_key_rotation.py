"""A key that is rotated while a call is on its way, told from one that is simply wrong."""

from __future__ import annotations

import logging

import pytest

from picturebook.adapters.key_rotation import KeyRotationAware, KeyRotationAwareChat, KeyRotationAwareModerator
from picturebook.errors import KeyRotatedError, ProviderAccountError, StoreUnavailableError
from picturebook.models.pictures import ImageRequest
from picturebook.ports.chat_model import ChatRequest
from tests.fakes.image_model import FakeImageModel
from tests.fakes.text_models import FakeChatModel, FakeModerator

OLD, NEW = "sk-old-NeverToBeSeen", "sk-new-NeverToBeSeen"
REQUEST = ImageRequest("gpt-image-2", "p", "1024x1024", "low")
QUESTION = ChatRequest(model="gpt-5.4-mini", instructions="Say it well.", text="It rains.")
REFUSED_KEY = ProviderAccountError("The image service refuses the account (key)", details={"problem": "key"})


class Keys:
    """An ApiKeySource whose next key is there as soon as somebody looks, or that fails to look."""

    def __init__(self, after: str | Exception) -> None:
        self._known = OLD
        self._after = after
        self.reloads = 0

    async def current(self) -> str:
        return self._known

    async def reload(self, refused: str) -> str:
        assert refused == OLD
        self.reloads += 1
        if isinstance(self._after, Exception):
            raise self._after
        self._known = self._after
        return self._known


async def test_a_refused_key_that_was_replaced_is_said_to_be_rotated_and_quotes_neither_key() -> None:
    model = KeyRotationAware(FakeImageModel(REFUSED_KEY, None), Keys(NEW))
    with pytest.raises(KeyRotatedError) as rotated:
        await model.draw(REQUEST, timeout_seconds=60)
    assert "NeverToBeSeen" not in f"{rotated.value!r} {rotated.value.details} {rotated.value.__cause__!r}"
    assert (await model.draw(REQUEST, timeout_seconds=60)).content


async def test_a_question_for_words_and_a_judgement_notice_it_too() -> None:
    chat = KeyRotationAwareChat(FakeChatModel(REFUSED_KEY), Keys(NEW))
    with pytest.raises(KeyRotatedError):
        await chat.complete(QUESTION, timeout_seconds=60)
    assert (await chat.complete(QUESTION, timeout_seconds=60)).text
    moderator = KeyRotationAwareModerator(FakeModerator(REFUSED_KEY), Keys(NEW))
    with pytest.raises(KeyRotatedError):
        await moderator.judge(["It rains."], timeout_seconds=60)
    assert await moderator.judge(["It rains."], timeout_seconds=60) == ((),)


async def test_a_refused_key_that_is_still_the_one_needs_a_person() -> None:
    keys = Keys(OLD)
    with pytest.raises(ProviderAccountError):
        await KeyRotationAware(FakeImageModel(REFUSED_KEY), keys).draw(REQUEST, timeout_seconds=60)
    assert keys.reloads == 1


async def test_a_spent_quota_is_no_reason_to_look_for_another_key() -> None:
    spent = ProviderAccountError("quota", details={"problem": "money"})
    keys = Keys(NEW)
    with pytest.raises(ProviderAccountError):
        await KeyRotationAware(FakeImageModel(spent), keys).draw(REQUEST, timeout_seconds=60)
    assert keys.reloads == 0


@pytest.mark.parametrize("away", [StoreUnavailableError("away"), ProviderAccountError("no such secret")])
async def test_where_nobody_can_look_for_another_key_the_refusal_stands_and_the_log_says_so(
    away: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(ProviderAccountError, match="refuses the account"):
        await KeyRotationAware(FakeImageModel(REFUSED_KEY), Keys(away)).draw(REQUEST, timeout_seconds=60)
    assert str(away) in caplog.text
