"""A clock that runs faster than the machine's, the same in every process that knows its origin.

Deadlines, leases and redelivery delays of minutes pass in seconds, so that real processes can be killed and waited for.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

ORIGIN = datetime(2026, 11, 22, 12, tzinfo=UTC)


class AcceleratedClock:
    """A Clock on which `factor` seconds pass in each real one since `started_at` (of `time.time`)."""

    def __init__(self, started_at: float, factor: float) -> None:
        self._started_at = started_at
        self._factor = factor

    def now(self) -> datetime:
        return ORIGIN + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.time() - self._started_at) * self._factor

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._factor)
