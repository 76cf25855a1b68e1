"""Time and randomness that tests own: time passes only when code sleeps or a test advances it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeClock:
    """A Clock whose `sleep` advances it at once; `slept` lists the seconds that were asked for."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)  # others on the loop may act, as they could during a real sleep

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass although no code sleeps."""
        self._passed += seconds


class FakeRandomSource:
    """A RandomSource that counts its ids from 1 and repeats the given fractions (0.5 when none are given)."""

    def __init__(self, fractions: Iterable[float] = (0.5,)) -> None:
        self._fractions = list(fractions)
        self._drawn = 0
        self._ids = 0

    def new_id(self) -> str:
        self._ids += 1
        return f"{self._ids:032x}"

    def fraction(self) -> float:
        fraction = self._fractions[self._drawn % len(self._fractions)]
        self._drawn += 1
        return fraction
