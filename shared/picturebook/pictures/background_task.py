"""Runs a secondary task beside a purchase, which waits for it briefly and never fails because of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

from picturebook.ports.clock import Clock

_LOGGER = logging.getLogger(__name__)


class BackgroundTask:
    """Runs one coroutine at a time. `finish` waits for it for `longest_wait` seconds at most, then cancels it."""

    def __init__(self, clock: Clock, *, longest_wait: float) -> None:
        self._clock = clock
        self._longest_wait = longest_wait
        self._task: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Start `work`; the one before it must have been finished."""
        self._task = asyncio.create_task(work)

    async def finish(self) -> None:
        """Wait until the work is done or its time is over; its error is logged, and nothing is raised."""
        task, self._task = self._task, None
        if task is None:
            return
        if not await done_within(task, self._longest_wait, self._clock):
            task.cancel()
        (result,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(result, Exception):
            # The work is secondary: a bug in it must not lose a paid picture.
            _LOGGER.error("a claim could not be announced", exc_info=result)


async def done_within(task: asyncio.Task[None], seconds: float, clock: Clock) -> bool:
    """Wait for the task until `seconds` have passed on the clock; say whether it is done."""
    await asyncio.sleep(0)
    if task.done():
        return True
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()
    return task.done()
