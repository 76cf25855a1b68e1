"""Turns the signals that end a command into one exception, so that everything it started is ended on the way out.

An exception that a signal handler raises is lost when the signal lands in a callback whose errors Python ignores (a
weak reference's, as import locks have; a `__del__`). So the handler asks again until the exception is on its way.
"""

from __future__ import annotations

import signal
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ASKED_AGAIN_AFTER_S = 0.1


class Interrupted(BaseException):
    """Somebody asked this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


class _Interruption:
    """Raises Interrupted at a signal, and after that only when that exception was lost."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._on_its_way: Callable[[], Interrupted | None] = lambda: None

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Handle one of the signals, or the timer's, which asks again for what the first one asked for."""
        if self._on_its_way() is not None:
            return  # whoever cleans up is not disturbed
        self._number = self._number or number
        signal.setitimer(signal.ITIMER_REAL, _ASKED_AGAIN_AFTER_S, _ASKED_AGAIN_AFTER_S)
        # Not held by a variable: the traceback holds this frame, and the exception is to be gone as soon as it is lost.
        raise self._new(self._number)

    def _new(self, number: int) -> Interrupted:
        interrupted = Interrupted(number)
        self._on_its_way = weakref.ref(interrupted)
        return interrupted


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Interrupted inside the block at the first signal; while that is being handled, further ones are ignored.

    The block must let it pass: an Interrupted that is caught and dropped is raised again. Takes the process's real-time
    timer (SIGALRM) for as long as the block lasts.
    """
    interruption = _Interruption()
    before = {number: signal.signal(number, interruption.handle) for number in (*_SIGNALS, signal.SIGALRM)}
    told = sys.unraisablehook

    def say_what_is_lost(unraisable: sys.UnraisableHookArgs) -> None:
        # A lost Interrupted is raised again, so that nobody needs to read of it.
        if not isinstance(unraisable.exc_value, Interrupted):
            told(unraisable)

    sys.unraisablehook = say_what_is_lost
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = told
