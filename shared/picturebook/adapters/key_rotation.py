"""Decorators of the models that distinguish a rotated API key from an invalid one.

Each wraps a model, and asks the ApiKeySource from which that model takes its key. They know no service and no secret
store.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from picturebook.errors import ErrorContext, KeyRotatedError, ProviderAccountError, StoreUnavailableError
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.ports.api_key import ApiKeySource
from picturebook.ports.chat_model import ChatAnswer, ChatModel, ChatRequest
from picturebook.ports.image_model import ImageModel
from picturebook.ports.moderator import Moderator

_LOGGER = logging.getLogger(__name__)
_SOURCE = "key_rotation.call"
Answer = TypeVar("Answer")


class KeyRotationAware:
    """An ImageModel; raises KeyRotatedError instead of ProviderAccountError if the refused key has been replaced."""

    def __init__(self, model: ImageModel, keys: ApiKeySource) -> None:
        self._model = model
        self._keys = keys

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        """Draw once."""
        return await _call(lambda: self._model.draw(request, timeout_seconds=timeout_seconds), self._keys)


class KeyRotationAwareChat:
    """A ChatModel; raises KeyRotatedError as KeyRotationAware does."""

    def __init__(self, model: ChatModel, keys: ApiKeySource) -> None:
        self._model = model
        self._keys = keys

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
        """Answer once."""
        return await _call(lambda: self._model.complete(request, timeout_seconds=timeout_seconds), self._keys)


class KeyRotationAwareModerator:
    """A Moderator; raises KeyRotatedError as KeyRotationAware does."""

    def __init__(self, moderator: Moderator, keys: ApiKeySource) -> None:
        self._moderator = moderator
        self._keys = keys

    async def judge(self, texts: Sequence[str], *, timeout_seconds: float) -> tuple[tuple[str, ...], ...]:
        """Judge once."""
        return await _call(lambda: self._moderator.judge(texts, timeout_seconds=timeout_seconds), self._keys)


async def _call(call: Callable[[], Awaitable[Answer]], keys: ApiKeySource) -> Answer:
    used = await keys.current()
    try:
        return await call()
    except ProviderAccountError as refused:
        if refused.details.get("problem") != "key" or not await _is_replaced(used, keys):
            raise
        context = ErrorContext(_SOURCE, severity=KeyRotatedError.default_severity)
        message = "The image service refused a key that has been replaced"
        raise KeyRotatedError(
            message, generation_step="api_call", context=context, details=refused.details
        ) from refused


async def _is_replaced(used: str, keys: ApiKeySource) -> bool:
    try:
        return await keys.reload(used) != used
    except (ProviderAccountError, StoreUnavailableError) as error:
        # The caller gets the service's refusal. That the key could not be read again is only logged.
        error.log_to(_LOGGER)
        return False
