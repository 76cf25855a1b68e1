"""Simulates a fleet: messages in a queue, instances that receive them, a provider with a strict limit.

Time is injected and nothing runs concurrently: the simulation always takes the earliest action on its agenda.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from local.image_service.api_errors import ApiError
from local.image_service.rate_limit import ImagesPerMinute
from picturebook.adapters.in_memory.rate_limit_store import InMemoryRateLimitStore
from picturebook.ports.rate_limiter import Permit
from picturebook.rate_limiting.fleet_rate_limiter import FleetRateLimiter
from tests.fakes.clock import START, FakeClock, FakeRandomSource

ROUTE = "openai/gpt-image-2"


class SkewedClock(FakeClock):
    """Another machine's clock, some seconds ahead of the fleet's or behind it."""

    def __init__(self, true: FakeClock, seconds: float) -> None:
        super().__init__(START + timedelta(seconds=seconds))
        self._true = true

    def now(self):  # type: ignore[no-untyped-def]  # as FakeClock's
        return self._start + timedelta(seconds=self._true.monotonic())


@dataclass
class Message:
    """A picture that waits to be drawn."""

    number: int
    receives: int = 0


@dataclass
class Fleet:
    """`instances` draw one picture at a time, each taking `call_seconds`; their clocks may differ by `skews`."""

    messages: int
    instances: int
    limit: int | None
    call_seconds: float = 20.0
    images_per_minute: int = 0
    names_limits: bool = True
    skews: Sequence[float] = (0.0,)
    seed: int = 1
    drawn: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.random = random.Random(self.seed)  # noqa: S311 - a simulation's
        self.provider = ImagesPerMinute(self.limit, self.clock.monotonic)
        self.agenda: list[tuple[float, int, Callable[[], Awaitable[None]]]] = []
        self.order = itertools.count()
        store = InMemoryRateLimitStore()
        self.idle = [
            FleetRateLimiter(
                store,
                clock=SkewedClock(self.clock, self.skews[number % len(self.skews)]),
                random_source=FakeRandomSource([self.random.random() for _ in range(50)]),
                images_per_minute=self.images_per_minute,
                instance_id=f"i-{number}",
            )
            for number in range(self.instances)
        ]
        self.waiting = [Message(number) for number in range(self.messages)]
        self.all = list(self.waiting)

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    @property
    def most_receives(self) -> int:
        return max(message.receives for message in self.all)

    def at(self, moment: float, action: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self.agenda, (moment, next(self.order), action))

    async def run(self, *, until: float = math.inf) -> None:
        """Run until everything is drawn, or until the simulated second `until`."""
        await self._hand_out()
        while self.agenda and self.agenda[0][0] <= until:
            moment, _, action = heapq.heappop(self.agenda)
            self.clock.advance(max(0.0, moment - self.now))
            await action()
            await self._hand_out()
        if until < math.inf:
            self.clock.advance(max(0.0, until - self.now))

    def drawn_between(self, start: float, end: float) -> int:
        return sum(start <= at < end for at in self.drawn)

    async def _hand_out(self) -> None:
        while self.idle and self.waiting:
            rate_limiter, message = self.idle.pop(0), self.waiting.pop(0)
            message.receives += 1
            permit = await rate_limiter.acquire_permit(ROUTE, at_most=5.0)
            if not permit.is_granted:
                self._redeliver_after(message, permit.seconds)
                self.idle.append(rate_limiter)
                continue
            arrives = self.now + permit.seconds + self.random.uniform(0.02, 0.3)
            self.at(arrives, lambda p=rate_limiter, m=message, t=permit: self._request(p, m, t))  # type: ignore[misc]

    async def _request(self, rate_limiter: FleetRateLimiter, message: Message, permit: Permit) -> None:
        try:
            self.provider.admit(1)
        except ApiError as error:
            self.refused.append(self.now)
            wait = float(error.headers["retry-after"])
            limit = self.provider.limit if self.names_limits else None
            await rate_limiter.throttled(ROUTE, permit, images_per_minute=limit, retry_after=wait)
            self._redeliver_after(message, max(1.0, wait))
            self.idle.append(rate_limiter)
            return
        self.drawn.append(self.now)
        self.at(self.now + self.call_seconds, lambda: self._answer(rate_limiter, permit))

    async def _answer(self, rate_limiter: FleetRateLimiter, permit: Permit) -> None:
        limit = self.provider.limit if self.names_limits else None
        await rate_limiter.answered(ROUTE, permit, images_per_minute=limit)
        self.idle.append(rate_limiter)

    def _redeliver_after(self, message: Message, seconds: float) -> None:
        async def visible() -> None:
            self.waiting.append(message)

        # SQS counts whole seconds, and delivers a message at some time in the second after it became visible.
        self.at(self.now + math.ceil(seconds) + self.random.random(), visible)
