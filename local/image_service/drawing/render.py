"""Draws one picture from start to end."""

from dataclasses import dataclass

from PIL import Image

from local.image_service.drawing.encode import Encoding, encode_picture


@dataclass(frozen=True, kw_only=True)
class PictureOrder:
    """Everything that decides a picture's bytes. `references` are encoded image files, `variant` counts `n`."""

    prompt: str
    width: int
    height: int
    encoding: Encoding = Encoding()
    references: tuple[bytes, ...] = ()
    variant: int = 0


def draw_picture(order: PictureOrder) -> bytes:
    """Return the encoded picture."""
    return encode_picture(Image.new("RGB", (order.width, order.height), "#c8d8e8"), order.encoding)
