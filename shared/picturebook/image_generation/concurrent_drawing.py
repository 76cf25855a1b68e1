"""Draws several pictures at once, within a limit, and loses none of those that are paid for."""

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
    """Collects what became of each picture; subjects are page numbers or views, in the order of the answer."""

    def __init__(self, progress: Progress, *, max_concurrency: int) -> None:
        self._progress = progress
        self._turns = asyncio.Semaphore(max_concurrency)
        self.uris: dict[Subject, str] = {}
        self.failures: dict[Subject, PicturebookError] = {}

    async def draw(self, drawings: Mapping[Subject, DrawingCall]) -> None:
        """Draw all of them and note how each ended. Cancelling it cancels every call; no task outlives it."""
        async with asyncio.TaskGroup() as group:
            for subject, drawing in drawings.items():
                group.create_task(self._draw_one(subject, drawing))

    async def _draw_one(self, subject: Subject, drawing: DrawingCall) -> None:
        async with self._turns:
            try:
                self.uris[subject] = await drawing()
            except PicturebookError as error:
                self.failures[subject] = error
                # Single tries log themselves; what the decorators around them raise is told here.
                if isinstance(error, RetriesExhaustedError | CircuitOpenError):
                    error.log_to(_LOGGER)
        await self._progress.picture_ended(is_drawn=subject in self.uris)

    def raise_failures(self, finished: list[object], *, source: str) -> None:
        """Raise what failed: with nothing `finished` the first failure itself, else PicturesIncompleteError."""
        if not self.failures:
            return
        if not finished:
            raise next(iter(self.failures.values()))
        raise PicturesIncompleteError(source=source, finished=finished, failures=self.failures)
