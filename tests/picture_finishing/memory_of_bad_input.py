"""Runs as a separate process: reads hostile answers one by one and prints, as JSON, the memory for each, in MB.

What is measured is the process's peak above what it held when it was idle, its imports among that.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx2
from openai import AsyncOpenAI

from local.image_service.spoilt_pictures import fifty_megapixels
from picturebook.adapters.openai_http_client import cut_errors_short
from picturebook.adapters.openai_image_answer import MOST_BYTES
from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.errors import PicturebookError
from picturebook.models.pictures import ImageRequest
from picturebook.picture_checks import check_picture
from picturebook.picture_finishing import ProvenanceMetadata, finish_picture, reference_of
from tests.picture_finishing.bombs import pixel_bomb, word_bomb

SIZE = "3840x2160"
BEGINNING = b'{"data":[{"b64_json":"'
PIECE = 3 * 65_536
# Python stores a text with one such letter in four bytes per letter.
WIDE = ("a" * 99 + "\U0001f98a").encode()
Body = Callable[[], Iterator[bytes]]


def filled(beginning: bytes, filling: bytes, length: int) -> Body:
    """Return a body of `length` bytes that the sender never holds as a whole."""
    times = max(1, PIECE // len(filling))

    def body() -> Iterator[bytes]:
        yield beginning
        for _ in range((length - len(beginning)) // (times * len(filling))):
            yield filling * times

    return body


def answer_with(path: Path) -> Body:
    """Return the body of a good answer with the picture in a file."""

    def body() -> Iterator[bytes]:
        yield BEGINNING
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield base64.b64encode(piece)
        yield b'"}],"usage":{"output_tokens":4160}}'

    return body


def status(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found.group(1)) // 1024


async def take_in(body: Body, code: int) -> str:
    """Process an answer as drawing a picture does; return the result."""

    async def stream() -> AsyncIterator[bytes]:
        for piece in body():
            yield piece

    async def handle(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(code, content=stream(), headers={"content-type": "application/json"})

    hooks = {"response": [cut_errors_short]}
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(handle), event_hooks=hooks) as http:
        model = OpenAIImageModel(AsyncOpenAI(api_key="key", http_client=http))
        try:
            drawn = await model.draw(ImageRequest("gpt-image-2", "a fox", SIZE, "low"), timeout_seconds=600)
            content = drawn.content or b""
            check_picture(content, size=None)  # so that only the limits apply
            finish_picture(content, ProvenanceMetadata("The Lantern", "gpt-image-2", "hash", "lantern"))
            reference_of(content)
        except PicturebookError as error:
            return getattr(error, "operation", type(error).__name__)
    return "finished"


def main(picture: Path, folder: Path) -> None:
    files = {"word bomb": word_bomb(), "pixel bomb": pixel_bomb(), "50 megapixels": fifty_megapixels()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    del files, content
    bodies = {
        "a legitimate picture": (answer_with(picture), 200),
        **{path.name: (answer_with(path), 200) for path in folder.iterdir()},
        "letters up to the bound": (filled(BEGINNING, b"A", MOST_BYTES), 200),
        "objects up to the bound": (filled(b'{"data":[', b"{},", MOST_BYTES), 200),
        "wide letters up to the bound": (filled(b'{"data":[{"x":"', WIDE, MOST_BYTES), 200),
        "letters far beyond": (filled(BEGINNING, b"A", 20 * MOST_BYTES), 200),
        "an error without end": (filled(b'{"error":"', b"A", 20 * MOST_BYTES), 500),
    }
    gc.collect()
    idle = status("VmRSS")
    taken = {}
    for name, (body, code) in bodies.items():
        Path("/proc/self/clear_refs").write_text("5")  # reset the peak
        ending = asyncio.run(take_in(body, code))
        taken[name] = (ending, status("VmHWM") - idle)
    print(json.dumps(taken))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
