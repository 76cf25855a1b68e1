"""Raises one exception for each signal that ends a command, so that `finally` blocks end what the command started.

Python ignores exceptions in some callbacks (of weak references, which import locks use, and in `__del__`). An exception
that the signal handler raises there is lost. Therefore a timer calls the handler again until the exception propagates.
"""

from __future__ import annotations

import signal
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_RETRY_AFTER_S = 0.1


class Interrupted(BaseException):
    """A signal asked this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


class _Interruption:
    """Raises Interrupted at the first signal, and again only if that exception was lost."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._raised: Callable[[], Interrupted | None] = lambda: None

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal, or the timer, which raises Interrupted again for the first signal."""
        if self._raised() is not None:
            return  # do not disturb the cleaning up
        self._number = self._number or number
        signal.setitimer(signal.ITIMER_REAL, _RETRY_AFTER_S, _RETRY_AFTER_S)
        # Not in a variable: the traceback holds this frame, and a lost exception must be freed at once.
        raise self._new(self._number)

    def _new(self, number: int) -> Interrupted:
        interrupted = Interrupted(number)
        self._raised = weakref.ref(interrupted)
        return interrupted


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Interrupted inside the block at the first signal; ignore further signals while it is being handled.

    The block must not suppress Interrupted: it would be raised again. Uses the process's real-time timer (SIGALRM)
    until the end of the block.
    """
    interruption = _Interruption()
    before = {number: signal.signal(number, interruption.handle) for number in (*_SIGNALS, signal.SIGALRM)}
    hook_before = sys.unraisablehook

    def report_lost_exception(unraisable: sys.UnraisableHookArgs) -> None:
        # A lost Interrupted is raised again, so it is not reported.
        if not isinstance(unraisable.exc_value, Interrupted):
            hook_before(unraisable)

    sys.unraisablehook = report_lost_exception
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook_before
