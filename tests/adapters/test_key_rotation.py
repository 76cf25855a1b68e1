"""Distinguishing a key that was rotated during a call from an invalid one."""

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
    """An ApiKeySource whose next key is returned by the first reload, or whose reload fails."""

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


async def test_a_refused_key_that_was_replaced_is_reported_as_rotated_without_quoting_a_key() -> None:
    model = KeyRotationAware(FakeImageModel(REFUSED_KEY, None), Keys(NEW))
    with pytest.raises(KeyRotatedError) as rotated:
        await model.draw(REQUEST, timeout_seconds=60)
    assert "NeverToBeSeen" not in f"{rotated.value!r} {rotated.value.details} {rotated.value.__cause__!r}"
    assert (await model.draw(REQUEST, timeout_seconds=60)).content


async def test_chat_and_moderation_report_a_rotated_key_too() -> None:
    chat = KeyRotationAwareChat(FakeChatModel(REFUSED_KEY), Keys(NEW))
    with pytest.raises(KeyRotatedError):
        await chat.complete(QUESTION, timeout_seconds=60)
    assert (await chat.complete(QUESTION, timeout_seconds=60)).text
    moderator = KeyRotationAwareModerator(FakeModerator(REFUSED_KEY), Keys(NEW))
    with pytest.raises(KeyRotatedError):
        await moderator.judge(["It rains."], timeout_seconds=60)
    assert await moderator.judge(["It rains."], timeout_seconds=60) == ((),)


async def test_a_refused_key_that_was_not_replaced_is_an_account_error() -> None:
    keys = Keys(OLD)
    with pytest.raises(ProviderAccountError):
        await KeyRotationAware(FakeImageModel(REFUSED_KEY), keys).draw(REQUEST, timeout_seconds=60)
    assert keys.reloads == 1


async def test_a_spent_quota_does_not_cause_a_read_of_the_key() -> None:
    spent = ProviderAccountError("quota", details={"problem": "money"})
    keys = Keys(NEW)
    with pytest.raises(ProviderAccountError):
        await KeyRotationAware(FakeImageModel(spent), keys).draw(REQUEST, timeout_seconds=60)
    assert keys.reloads == 0


@pytest.mark.parametrize("away", [StoreUnavailableError("away"), ProviderAccountError("no such secret")])
async def test_a_refusal_stands_when_the_key_cannot_be_read_again_and_that_is_logged(
    away: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(ProviderAccountError, match="refuses the account"):
        await KeyRotationAware(FakeImageModel(REFUSED_KEY), Keys(away)).draw(REQUEST, timeout_seconds=60)
    assert str(away) in caplog.text
