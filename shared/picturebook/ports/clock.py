"""Time and randomness, so that tests can own them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> datetime:
        """Return the time in UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, for measuring spans."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        ...


class RandomSource(Protocol):
    """Where ids and jitter come from."""

    def new_id(self) -> str:
        """Return an id that nobody else has: 32 hexadecimal digits."""
        ...

    def fraction(self) -> float:
        """Return a number from 0 up to, not including, 1."""
        ...
