"""A route's circuit, as it is stored and published. Its transitions are in `circuit_breaker/state.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CircuitState(StrEnum):
    """A closed circuit admits all calls, an open one none, a half-open one a single probe."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


@dataclass(frozen=True, slots=True)
class CircuitOverride:
    """An operator's override, OPEN or CLOSED, which takes precedence over the circuit's own state until it expires."""

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
    """A route's circuit as it is stored. `version` is a random id, new with every transition.

    A circuit without a version is not stored yet, or Powertools wrote it. `opened_at` has whole seconds, because we
    share the attribute with Powertools. `open_count` counts the open times in a row, `failures` is the number of
    failures that tripped the circuit. `transitions` orders this route's transitions in events; it is not used for
    fencing, since it starts again when the record is deleted. `override` is a separate item, which transitions do not
    change; it may have expired.
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
    """A transition that was made: the circuit before and after it, and its time."""

    before: Circuit
    after: Circuit
    occurred_at: datetime
