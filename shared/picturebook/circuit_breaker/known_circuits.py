"""What this process knows of circuits: those that it read lately, and versions that are history."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from picturebook.models.circuits import Circuit

# More moves of one route than happen while a snapshot is in somebody's hands.
_MOST_SUPERSEDED = 64


class KnownCircuits:
    """A memory of circuits that forgets after `fresh_for`."""

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

    def supersede(self, before: Circuit, kept: Circuit, now: datetime) -> None:
        """Remember that `kept` is what came after `before`, so that nobody acts on `before` again."""
        if before.version != kept.version:
            self._superseded.append((before.route, before.version))
        self.learn(kept, now)

    def is_superseded(self, circuit: Circuit) -> bool:
        """Say whether `circuit` is known to be history, such as a snapshot taken before our own move."""
        return (circuit.route, circuit.version) in self._superseded
