"""The ports behind which an image service lies: it draws, lists its models, answers chat requests, moderates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from picturebook.adapters.no_image_service import NoImageService
from picturebook.ports.chat_model import ChatModel
from picturebook.ports.image_model import ImageModel
from picturebook.ports.model_list import ModelList
from picturebook.ports.moderator import Moderator


async def _nothing_to_close() -> None:
    return None


@dataclass(frozen=True, slots=True)
class ImageServicePorts:
    """The adapters of one image service; `close` ends their connections."""

    image_model: ImageModel
    model_list: ModelList
    chat_model: ChatModel | None = None
    moderator: Moderator | None = None
    close: Callable[[], Awaitable[None]] = _nothing_to_close


NO_IMAGE_SERVICE = ImageServicePorts(NoImageService(), NoImageService())
