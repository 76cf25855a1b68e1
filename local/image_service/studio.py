"""Where pictures are drawn: in worker threads, so that drawing never holds up another request."""

import asyncio
import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from local.image_service.drawing.encode import Encoding
from local.image_service.drawing.render import PictureOrder, draw_picture

PRERENDERED_PER_SIZE = 2
PRERENDERED_PROMPTS = (
    "A meadow with flowers at noon, a kite in the sky, far hills and a small village",
    "A forest clearing at night, a lantern between the trees, the moon and many stars",
)


class Studio:
    """Draws orders; with `prerendered` it hands out pictures drawn once per size and encoding."""

    def __init__(self, *, threads: int, prerendered: bool) -> None:
        """Start no thread before the first order."""
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="studio")
        self._prerendered = prerendered
        self._kept: dict[tuple[int, int, Encoding, int], bytes] = {}
        self._drawing = threading.Lock()

    async def draw(self, order: PictureOrder) -> bytes:
        """Return the encoded picture; the same order gives the same bytes."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._draw, order)

    def prepare(self, width: int, height: int) -> None:
        """Draw the pictures of one size ahead of time, as PNG."""
        for index in range(PRERENDERED_PER_SIZE):
            self._keep(PictureOrder(prompt="", width=width, height=height, encoding=Encoding()), index)

    def close(self) -> None:
        """Wait for drawings under way and end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _draw(self, order: PictureOrder) -> bytes:
        if not self._prerendered:
            return draw_picture(order)
        digest = hashlib.sha256(f"{order.prompt}#{order.variant}".encode()).digest()
        return self._keep(order, digest[0] % PRERENDERED_PER_SIZE)

    def _keep(self, order: PictureOrder, index: int) -> bytes:
        key = (order.width, order.height, order.encoding, index)
        with self._drawing:
            if key not in self._kept:
                plain = replace(order, prompt=PRERENDERED_PROMPTS[index], references=(), variant=0)
                self._kept[key] = draw_picture(plain)
            return self._kept[key]
