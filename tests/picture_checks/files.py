"""Small picture files for tests, valid and invalid."""

from __future__ import annotations

import functools
import io
from typing import Any

from PIL import Image

from local.image_service.spoilt_pictures import png_chunk
from sketch_artist import SketchRequest, draw_picture

END = 12  # bytes of PNG's last chunk


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def motif(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Return a picture with a motif, as similar as possible in every mode."""
    image = Image.new("RGB", size, (240, 230, 210))
    image.paste((200, 30, 60), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    return image.quantize(16) if mode == "P" else image.convert(mode)


def with_chunk(kind: bytes, body: bytes, content: bytes | None = None) -> bytes:
    """Return a PNG with one more chunk, before its last one."""
    whole = content or encoded(motif())
    return whole[:-END] + png_chunk(kind, body) + whole[-END:]


@functools.cache
def scene(prompt: str, width: int = 512, height: int = 512) -> bytes:
    """Return a picture of the embedded image service."""
    return draw_picture(SketchRequest(prompt=prompt, width=width, height=height))


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
