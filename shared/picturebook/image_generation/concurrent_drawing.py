"""Draws several pictures concurrently, up to a limit, and keeps every paid picture when others fail."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from picturebook.errors import CircuitOpenError, PicturebookError, RetriesExhaustedError
from picturebook.image_generation.incomplete_error import PicturesIncompleteError
from picturebook.image_generation.progress import Progress

MOST_CONCURRENT = 64
Subject = int | str
DrawingCall = Callable[[], Awaitable[str]]

_LOGGER = logging.getLogger(__name__)


class SeveralPictures:
    """Collects each picture's address or error, by subject: a page number or a view, in the order of the answer."""

    def __init__(self, progress: Progress, *, max_concurrency: int) -> None:
        self._progress = progress
        self._slots = asyncio.Semaphore(max_concurrency)
        self.uris: dict[Subject, str] = {}
        self.failures: dict[Subject, PicturebookError] = {}

    async def draw(self, drawings: Mapping[Subject, DrawingCall]) -> None:
        """Draw all pictures and record how each ended. Cancelling it cancels every call; no task outlives it."""
        async with asyncio.TaskGroup() as group:
            for subject, drawing in drawings.items():
                group.create_task(self._draw_one(subject, drawing))

    async def _draw_one(self, subject: Subject, drawing: DrawingCall) -> None:
        async with self._slots:
            try:
                self.uris[subject] = await drawing()
            except PicturebookError as error:
                self.failures[subject] = error
                # A single call logs its own error; the errors of the decorators around it are logged here.
                if isinstance(error, RetriesExhaustedError | CircuitOpenError):
                    error.log_to(_LOGGER)
        await self._progress.picture_ended(is_drawn=subject in self.uris)

    def raise_failures(self, finished: list[object], *, source: str) -> None:
        """Raise if a picture failed: the first failure when nothing is `finished`, else PicturesIncompleteError."""
        if not self.failures:
            return
        if not finished:
            raise next(iter(self.failures.values()))
        raise PicturesIncompleteError(source=source, finished=finished, failures=self.failures)
