"""This process's cache of circuits: recent reads, and versions that are known to be outdated."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from picturebook.models.circuits import Circuit

# More transitions of one route than happen while a caller holds a snapshot.
_MOST_SUPERSEDED = 64


class KnownCircuits:
    """A cache of circuits whose entries expire after `fresh_for`."""

    def __init__(self, fresh_for: timedelta) -> None:
        self._fresh_for = fresh_for
        self._circuits: dict[str, tuple[Circuit, datetime]] = {}
        self._superseded: deque[tuple[str, str | None]] = deque(maxlen=_MOST_SUPERSEDED)

    def fresh(self, route: str, now: datetime) -> Circuit | None:
        """Return the circuit as learnt within `fresh_for`, or None."""
        circuit, learnt_at = self._circuits.get(route, (None, now))
        return circuit if circuit and now - learnt_at < self._fresh_for else None

    def learn(self, circuit: Circuit, now: datetime) -> None:
        """Remember a circuit that was just read."""
        self._circuits[circuit.route] = (circuit, now)

    def supersede(self, before: Circuit, stored: Circuit, now: datetime) -> None:
        """Remember that `stored` has replaced `before`, so that this process does not act on `before` again."""
        if before.version != stored.version:
            self._superseded.append((before.route, before.version))
        self.learn(stored, now)

    def is_superseded(self, circuit: Circuit) -> bool:
        """Say whether `circuit` is known to be outdated, such as a snapshot from before our own transition."""
        return (circuit.route, circuit.version) in self._superseded
