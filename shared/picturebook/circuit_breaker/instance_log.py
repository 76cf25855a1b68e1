"""This instance's successes, kept in memory until the instance writes a failure and adds them."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from picturebook.circuit_breaker.window import Window
from picturebook.models.circuits import Circuit

# Enough to show that any window is healthy; more would change nothing.
_MOST_SUCCESSES = 1000
# Circuit versions, of all routes together, whose late outcomes may still arrive.
_MOST_VERSIONS = 64


@dataclass(slots=True)
class _VersionLog:
    """Successes under one version of a circuit that are not in a stored window yet, oldest first."""

    window_start: datetime | None = None
    successes: deque[datetime] = field(default_factory=lambda: deque(maxlen=_MOST_SUCCESSES))


class InstanceLog:
    """When calls succeeded, by the circuit that admitted them; successes older than `kept_for` are dropped."""

    def __init__(self, kept_for: timedelta) -> None:
        self._kept_for = kept_for
        self._logs: OrderedDict[tuple[str, str | None], _VersionLog] = OrderedDict()

    def add_success(self, circuit: Circuit, at: datetime) -> None:
        """Record a call that succeeded under `circuit`."""
        successes = self._log(circuit).successes
        successes.append(at)
        while successes and successes[0] <= at - self._kept_for:
            successes.popleft()

    def window_start(self, circuit: Circuit) -> datetime | None:
        """Return the start of the circuit's window as this instance knows it, or None."""
        return self._log(circuit).window_start

    def has_successes(self, circuit: Circuit) -> bool:
        """Say whether there are successes that are not in a stored window."""
        return bool(self._log(circuit).successes)

    def take_successes(self, circuit: Circuit) -> Sequence[datetime]:
        """Remove and return the successes of the known window, so that no other task adds them too."""
        log = self._log(circuit)
        if log.window_start is None:
            return ()
        taken = tuple(log.successes)
        log.successes.clear()
        return taken

    def learn_window(self, circuit: Circuit, window: Window, *, sent: Sequence[datetime]) -> None:
        """Remember the stored window, after `sent` was written for the window known before.

        A new window did not count `sent`: the successes that ended after its start are kept, to be added later.
        """
        log = self._log(circuit)
        if log.window_start == window.started_at:
            return
        log.window_start = window.started_at
        kept = [at for at in (*sent, *log.successes) if at > window.started_at]
        log.successes.clear()
        log.successes.extend(kept)

    def _log(self, circuit: Circuit) -> _VersionLog:
        key = (circuit.route, circuit.version)
        log = self._logs.setdefault(key, _VersionLog())
        self._logs.move_to_end(key)
        if len(self._logs) > _MOST_VERSIONS:
            self._logs.popitem(last=False)
        return log
