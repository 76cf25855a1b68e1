"""Draws pictures in worker threads, so that drawing does not delay other requests."""

import asyncio
import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sketch_artist import Encoding, SketchRequest, draw_picture

PRERENDERED_PER_SIZE = 2
PRERENDERED_PROMPTS = (
    "A meadow with flowers at noon, a kite in the sky, far hills and a small village",
    "A forest clearing at night, a lantern between the trees, the moon and many stars",
)


class DrawingPool:
    """Draws requested pictures; with `prerendered` it answers with pictures drawn once per size and encoding."""

    def __init__(self, *, threads: int, prerendered: bool) -> None:
        """Draw at most `threads` pictures at once; the threads start with the first request."""
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="drawing")
        self._prerendered = prerendered
        self._kept: dict[tuple[int, int, Encoding, int], bytes] = {}
        self._drawing = threading.Lock()

    async def draw(self, request: SketchRequest) -> bytes:
        """Return the encoded picture; equal requests give equal bytes. Raises what `draw_picture` raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._draw, request)

    def prepare(self, width: int, height: int) -> None:
        """Draw the prerendered pictures of one size (pixels) ahead of time, as PNG."""
        for index in range(PRERENDERED_PER_SIZE):
            self._keep(SketchRequest(prompt="", width=width, height=height, encoding=Encoding()), index)

    def close(self) -> None:
        """Wait for pictures being drawn, cancel the others, and end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _draw(self, request: SketchRequest) -> bytes:
        if not self._prerendered:
            return draw_picture(request)
        digest = hashlib.sha256(f"{request.prompt}#{request.variant}".encode()).digest()
        return self._keep(request, digest[0] % PRERENDERED_PER_SIZE)

    def _keep(self, request: SketchRequest, index: int) -> bytes:
        key = (request.width, request.height, request.encoding, index)
        with self._drawing:
            if key not in self._kept:
                plain = replace(request, prompt=PRERENDERED_PROMPTS[index], references=(), variant=0)
                self._kept[key] = draw_picture(plain)
            return self._kept[key]
