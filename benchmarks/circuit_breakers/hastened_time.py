"""A clock that runs faster than real time, the same for all processes of a run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace

from aws_lambda_powertools.utilities.circuit_breaker import base
from aws_lambda_powertools.utilities.circuit_breaker.persistence import base as persistence
from aws_lambda_powertools.utilities.circuit_breaker.persistence import dynamodb

_START = datetime(2026, 11, 22, 12, tzinfo=UTC)
# The modules in which Powertools reads the time, always as `dt.datetime.now()`.
_POWERTOOLS: tuple[ModuleType, ...] = (base, persistence, dynamodb)


@dataclass(frozen=True, slots=True)
class HastenedTime:
    """A Clock on which a second takes 1/`speed` real seconds, from `started_at` (monotonic seconds) on."""

    started_at: float
    speed: float

    def now(self) -> datetime:
        """Return the time, with its time zone."""
        return _START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return the seconds since the start."""
        return (time.monotonic() - self.started_at) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of this clock while the event loop runs."""
        await asyncio.sleep(seconds / self.speed)

    def block(self, seconds: float) -> None:
        """Block the thread for `seconds` of this clock."""
        time.sleep(max(0.0, seconds) / self.speed)

    @contextmanager
    def for_powertools(self) -> Iterator[None]:
        """Have Powertools' breaker use this clock; it has no setting for one."""
        hastened = SimpleNamespace(datetime=SimpleNamespace(now=self.now))
        real = [module.dt for module in _POWERTOOLS]
        for module in _POWERTOOLS:
            module.dt = hastened  # type: ignore[attr-defined]
        try:
            yield
        finally:
            for module, own in zip(_POWERTOOLS, real, strict=True):
                module.dt = own  # type: ignore[attr-defined]
