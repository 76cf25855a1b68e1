"""The machine's own time and randomness."""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from datetime import UTC, datetime

_STEPS = 2**53  # as many fractions as a float can tell apart


class SystemClock:
    """A Clock that is the machine's."""

    def now(self) -> datetime:
        """Return the time in UTC, aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass, and the event loop run."""
        await asyncio.sleep(seconds)


class SystemRandomSource:
    """A RandomSource from the operating system, so that processes restored from one snapshot still differ."""

    def new_id(self) -> str:
        """Return 32 hexadecimal digits that nobody else has."""
        return uuid.uuid4().hex

    def fraction(self) -> float:
        """Return a number from 0 up to, not including, 1."""
        return secrets.randbelow(_STEPS) / _STEPS
