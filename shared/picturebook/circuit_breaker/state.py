"""The circuit as a value, and its moves. Pure: no I/O, no clock."""

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
class Circuit:
    """A route's circuit as it is stored. `version` is a random era id, new with every transition."""

    route: str
    state: CircuitState = CircuitState.CLOSED
    version: str | None = None
    retry_at: datetime | None = None
    open_count: int = 0
    lease_id: str | None = None
    lease_until: datetime | None = None
    reason: str | None = None
