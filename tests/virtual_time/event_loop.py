"""An event loop whose time is virtual: it never waits, but moves its clock on to the next timer."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.fakes.clock import START

Answer = TypeVar("Answer")


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs callbacks as asyncio does, and jumps over the time in which nothing is ready."""

    def __init__(self) -> None:
        super().__init__(_ImpatientSelector(self))
        self.passed = 0.0

    def time(self) -> float:
        return self.passed


class _ImpatientSelector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if timeout is None and not ready:
            raise RuntimeError("every task waits for something that never comes")
        if timeout and not ready:
            self._loop.passed += timeout
        return ready


class VirtualClock:
    """The Clock of a virtual loop."""

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run_in_virtual_time(main: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine to its end; the time that it sleeps costs none."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
