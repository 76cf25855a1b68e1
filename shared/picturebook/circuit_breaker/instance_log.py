"""This instance's successes, kept in memory until it has a failure to write with them."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from picturebook.circuit_breaker.window import Window
from picturebook.models.circuits import Circuit

# Enough to show any window healthy; older ones would not change a decision.
_MOST_SUCCESSES = 1000
# Versions whose late outcomes may still arrive, of all routes together.
_MOST_ERAS = 64


@dataclass(slots=True)
class _Era:
    """Successes under one version of a circuit that no window holds yet, oldest first."""

    window_start: datetime | None = None
    successes: deque[datetime] = field(default_factory=lambda: deque(maxlen=_MOST_SUCCESSES))


class InstanceLog:
    """When calls succeeded, by the circuit under which they were admitted; after `kept_for` they are forgotten."""

    def __init__(self, kept_for: timedelta) -> None:
        self._kept_for = kept_for
        self._eras: OrderedDict[tuple[str, str | None], _Era] = OrderedDict()

    def add_success(self, circuit: Circuit, at: datetime) -> None:
        """Note a call that succeeded under `circuit`."""
        successes = self._era(circuit).successes
        successes.append(at)
        while successes and successes[0] <= at - self._kept_for:
            successes.popleft()

    def window_start(self, circuit: Circuit) -> datetime | None:
        """Return the start of the circuit's window as this instance knows it, or None."""
        return self._era(circuit).window_start

    def has_successes(self, circuit: Circuit) -> bool:
        """Say whether there are successes that no window holds."""
        return bool(self._era(circuit).successes)

    def take_successes(self, circuit: Circuit) -> Sequence[datetime]:
        """Hand out the successes of the known window, so that no other task adds them too."""
        era = self._era(circuit)
        if era.window_start is None:
            return ()
        taken = tuple(era.successes)
        era.successes.clear()
        return taken

    def learn_window(self, circuit: Circuit, window: Window, *, sent: Sequence[datetime]) -> None:
        """Take note of the window as the store has it, after `sent` was tallied for the one known before.

        A window that is new to us did not take them; those that ended after its start are left to be added.
        """
        era = self._era(circuit)
        if era.window_start == window.started_at:
            return
        era.window_start = window.started_at
        kept = [at for at in (*sent, *era.successes) if at > window.started_at]
        era.successes.clear()
        era.successes.extend(kept)

    def _era(self, circuit: Circuit) -> _Era:
        key = (circuit.route, circuit.version)
        era = self._eras.setdefault(key, _Era())
        self._eras.move_to_end(key)
        if len(self._eras) > _MOST_ERAS:
            self._eras.popitem(last=False)
        return era
