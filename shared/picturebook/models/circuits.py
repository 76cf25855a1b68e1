"""A route's circuit, as it is stored and announced. Its moves are in `circuit_breaker/state.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CircuitState(StrEnum):
    """Closed lets calls through, open none, half-open one probe."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


@dataclass(frozen=True, slots=True)
class CircuitOverride:
    """A person's word, OPEN or CLOSED, that stands above what the circuit does by itself, until it expires."""

    state: CircuitState
    actor: str
    reason: str
    set_at: datetime
    expires_at: datetime

    def holds(self, now: datetime) -> bool:
        """Say whether it is in force."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class Circuit:
    """A route's circuit as it is stored. `version` is a random era id, new with every transition.

    A circuit without a version was never recorded, or somebody else's code wrote it. `opened_at` has
    whole seconds, as the attribute that we share with Powertools. `open_count` counts the open times
    in a row, `failures` is what the circuit tripped on, `transitions` orders this route's moves in
    announcements; it fences nothing, since it starts again when the record is erased. `override` is an
    item of its own, that no move touches; it may have expired.
    """

    route: str
    state: CircuitState = CircuitState.CLOSED
    version: str | None = None
    retry_at: datetime | None = None
    open_count: int = 0
    lease_id: str | None = None
    lease_until: datetime | None = None
    reason: str | None = None
    opened_at: datetime | None = None
    failures: int = 0
    transitions: int = 0
    override: CircuitOverride | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A move that was made: what the circuit was, what it is, and when it changed."""

    before: Circuit
    after: Circuit
    occurred_at: datetime
