"""The ports of an image service, and the function that finishes its pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from picturebook.adapters.no_image_service import NoImageService
from picturebook.ports.chat_model import ChatModel
from picturebook.ports.image_model import ImageModel
from picturebook.ports.model_list import ModelList
from picturebook.ports.moderator import Moderator

if TYPE_CHECKING:
    from picturebook.picture_finishing import Finish


async def _nothing_to_close() -> None:
    return None


@dataclass(frozen=True, slots=True)
class ImageServicePorts:
    """The adapters of one image service; `finish` makes derivatives of a picture, `close` ends the connections."""

    image_model: ImageModel
    model_list: ModelList
    finish: Finish
    chat_model: ChatModel | None = None
    moderator: Moderator | None = None
    close: Callable[[], Awaitable[None]] = _nothing_to_close


_NONE = NoImageService()
NO_IMAGE_SERVICE = ImageServicePorts(_NONE, _NONE, finish=_NONE.finish)
