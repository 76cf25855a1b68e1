"""Time and randomness, as ports, so that tests can control them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Returns the time, and sleeps."""

    def now(self) -> datetime:
        """Return the time, as an aware datetime in UTC."""
        ...

    def monotonic(self) -> float:
        """Return monotonic seconds, for measuring durations."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        ...


class RandomSource(Protocol):
    """Generates ids and jitter."""

    def new_id(self) -> str:
        """Return a unique id of 32 hexadecimal digits."""
        ...

    def fraction(self) -> float:
        """Return a number from 0 up to, not including, 1."""
        ...
