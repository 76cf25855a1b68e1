"""Tells a caller's callback how far the drawing is: percentages only grow, and the last one is 100."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable

from picturebook.image_generation.input_checks import invalid

ProgressCallback = Callable[[int, str], object]

_LOGGER = logging.getLogger(__name__)


class Progress:
    """Counts `total` pictures and what became of them. A callback may be a plain or an async function.

    A callback that raises is logged and called again next time: pictures are being paid for, and a broken
    display must not lose them. To stop the drawing, cancel its task.
    """

    def __init__(self, callback: ProgressCallback | None, *, total: int, subject: str, source: str) -> None:
        if callback is not None and not callable(callback):
            raise invalid(
                "progress_callback",
                "Invalid progress callback",
                provided=type(callback).__name__,
                accepted="a function of a percentage and a message, or None",
                source=source,
            )
        self._callback = callback
        self._total = total
        self._subject = subject
        self._drawn = 0
        self._failed = 0
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Tell that the drawing begins, at 0 %."""
        await self._tell(0, f"Drawing {self._total} picture(s) of {self._subject}")

    async def picture_ended(self, *, is_drawn: bool) -> None:
        """Count one picture; the last one makes 100 %."""
        self._drawn += is_drawn
        self._failed += not is_drawn
        ended = self._drawn + self._failed
        message = f"{self._drawn} of {self._total} picture(s) drawn"
        if self._failed:
            message += f", {self._failed} failed"
        await self._tell(100 * ended // self._total, message)

    async def _tell(self, percent: int, message: str) -> None:
        if self._callback is None:
            return
        async with self._turn:  # an async callback may take its time, and the next percentage must not overtake it
            try:
                answer = self._callback(percent, message)
                if inspect.isawaitable(answer):
                    await answer
            except Exception:
                _LOGGER.exception("The progress callback failed at %d %%; the drawing goes on", percent)
