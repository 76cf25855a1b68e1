"""An image model that draws at once, fails as scripted, and records its requests."""

from __future__ import annotations

import functools
import hashlib
import io
from typing import Literal

from PIL import Image

from picturebook.models.pictures import DrawnImage, ImageRequest, Usage
from picturebook.picture_finishing import FinishedPicture, ProvenanceMetadata

USAGE = Usage(text_in=100, image_in=0, image_out=1000)
# 100 text tokens at US$5 and 1,000 image tokens at US$30 per million.
COST = "0.0305"


class FakeImageModel:
    """Answers each call with the next of `script`: an error to raise, bytes, or None for a good picture."""

    def __init__(self, *script: Exception | bytes | None) -> None:
        self._script = list(script)
        self.requests: list[ImageRequest] = []

    @property
    def prompts(self) -> list[str]:
        return [request.prompt for request in self.requests]

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        assert timeout_seconds > 0
        self.requests.append(request)
        step = self._script.pop(0) if self._script else None
        if isinstance(step, Exception):
            raise step
        return DrawnImage(
            content=picture(request.size, request.prompt) if step is None else step, url=None, usage=USAGE
        )


def quick_finish(content: bytes, marks: ProvenanceMetadata) -> tuple[FinishedPicture, ...]:
    """Stand in for the real finishing, which takes a core for 50 ms and has tests of its own."""
    said = repr((hashlib.sha256(content).hexdigest(), marks)).encode()
    roles: tuple[tuple[Literal["web", "thumbnail"], int], ...] = (("web", 1024), ("thumbnail", 320))
    return tuple(FinishedPicture(role, said, "image/webp", side, side) for role, side in roles)


@functools.cache
def faint(size: str = "1024x1024") -> bytes:
    """Return a PNG of `WIDTHxHEIGHT` on which hardly anything is to be seen."""
    width, height = map(int, size.split("x"))
    image = Image.new("RGB", (width, height), (200, 200, 200))
    image.paste((210, 210, 210), (width // 4, height // 4, width * 3 // 4, height * 3 // 4))
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


@functools.cache
def photographed(size: str = "1024x1024") -> bytes:
    """Return a PNG of `WIDTHxHEIGHT` in another medium than our even pictures: coarse grain all over it."""
    width, height = map(int, size.split("x"))
    image = Image.effect_noise((width // 2, height // 2), 90).resize((width, height)).convert("RGB")
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


@functools.cache
def framed(size: str = "1024x1024") -> bytes:
    """Return a PNG of `WIDTHxHEIGHT` with a white frame around its picture, as image models draw them at times."""
    width, height = map(int, size.split("x"))
    image = Image.new("RGB", (width, height), "white")
    with Image.open(io.BytesIO(picture(size, "framed"))) as inner:
        image.paste(inner.resize((width * 4 // 5, height * 4 // 5)), (width // 10, height // 10))
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


@functools.cache
def picture(size: str = "1024x1024", prompt: str = "", *, blank: bool = False) -> bytes:
    """Return a PNG of `WIDTHxHEIGHT`: a gradient in a colour of the prompt's own, or one colour."""
    width, height = map(int, size.split("x"))
    digest = hashlib.sha256(prompt.encode()).digest()
    image = Image.new("RGB", (width, height), (digest[0], digest[1], digest[2]))
    if not blank:
        image.paste(Image.linear_gradient("L").resize((width, height // 2)))
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()
