"""The machine's clock and randomness."""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from datetime import UTC, datetime

_STEPS = 2**53  # the number of different fractions that a float can represent


class SystemClock:
    """A Clock over the machine's clock."""

    def now(self) -> datetime:
        """Return the time, as an aware datetime in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`, while the event loop continues."""
        await asyncio.sleep(seconds)


class SystemRandomSource:
    """A RandomSource from the operating system, so that processes restored from one snapshot still differ."""

    def new_id(self) -> str:
        """Return a unique id of 32 hexadecimal digits."""
        return uuid.uuid4().hex

    def fraction(self) -> float:
        """Return a number from 0 up to, not including, 1."""
        return secrets.randbelow(_STEPS) / _STEPS
