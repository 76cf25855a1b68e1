"""Reports progress to the caller's callback: percentages only grow, and the last one is 100."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable

from picturebook.image_generation.input_checks import invalid

ProgressCallback = Callable[[int, str], object]

_LOGGER = logging.getLogger(__name__)


class Progress:
    """Counts drawn and failed pictures of `total`. A callback may be a plain or an async function.

    A callback's exception is logged, and the callback is called again next time, so that a broken display does not
    lose paid pictures. To stop drawing, cancel the task.
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
        self._lock = asyncio.Lock()

    async def begin(self) -> None:
        """Report that drawing begins, at 0 %."""
        await self._report(0, f"Drawing {self._total} picture(s) of {self._subject}")

    async def picture_ended(self, *, is_drawn: bool) -> None:
        """Count one picture; the last one makes 100 %."""
        self._drawn += is_drawn
        self._failed += not is_drawn
        ended = self._drawn + self._failed
        message = f"{self._drawn} of {self._total} picture(s) drawn"
        if self._failed:
            message += f", {self._failed} failed"
        await self._report(100 * ended // self._total, message)

    async def _report(self, percent: int, message: str) -> None:
        if self._callback is None:
            return
        async with self._lock:  # the next percentage must not overtake a slow async callback
            try:
                answer = self._callback(percent, message)
                if inspect.isawaitable(answer):
                    await answer
            except Exception:
                _LOGGER.exception("The progress callback failed at %d %%; the drawing goes on", percent)
