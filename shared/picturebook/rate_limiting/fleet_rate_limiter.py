"""Limits the rates of the whole fleet's routes, through the store that the fleet shares."""

from __future__ import annotations

import logging
from collections.abc import Callable

from picturebook.errors import StoreUnavailableError
from picturebook.ports.clock import Clock, RandomSource
from picturebook.ports.rate_limiter import Permit
from picturebook.rate_limiting import adaptation
from picturebook.rate_limiting.rate_limit import (
    LONGEST_QUEUE,
    QUEUE_LEAD,
    SECOND,
    PermitWanted,
    RateLimit,
    instances_at,
    microseconds,
)
from picturebook.rate_limiting.store import RateLimitStore

_LOGGER = logging.getLogger(__name__)
# In each round somebody else has changed the rate. What is lost after that the next answer makes up for.
_MOST_ROUNDS = 4
_ID_LENGTH = 8
_LEAST_WAIT = 1.0


class FleetRateLimiter:
    """A RateLimiter; one per process, safe to share among tasks and event loops.

    A permit is one request. The rate is learnt from answers; `images_per_minute` is a limit of the deployment's own
    (0: none), and costs each process one read and sometimes a write before its first permit on a route.
    `instance_id` names this process among the fleet's.
    """

    def __init__(
        self,
        store: RateLimitStore,
        *,
        clock: Clock,
        random_source: RandomSource,
        images_per_minute: int = 0,
        instance_id: str | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._random_source = random_source
        self._ceiling = images_per_minute
        self._instance = instance_id or random_source.new_id()[:_ID_LENGTH]
        self._seen: dict[str, RateLimit] = {}

    async def acquire_permit(self, route: str, *, at_most: float) -> Permit:
        """Acquire the next permit, if it is due within `at_most` seconds; raises StoreUnavailableError."""
        is_first = route not in self._seen
        if is_first and self._ceiling:
            self._seen[route] = await self._store.read(route)
            await self._keep_ceiling(route)
        wanted = PermitWanted(self._instance, self._now(), round(at_most * SECOND))
        rate, due = await self._store.take(route, wanted, seen=self._seen.get(route, RateLimit()))
        self._seen[route] = rate
        if is_first:
            await self._keep_ceiling(route)  # without one of ours, an earlier deployment's is lifted
        if due is None:
            return Permit(await self._come_back_after(route, rate), is_granted=False, version=rate.version)
        return Permit(max(0, due - wanted.now) / SECOND, version=rate.version)

    async def answered(self, route: str, permit: Permit, *, images_per_minute: int | None) -> None:
        """Learn from a success; writes only when the rate changes."""
        await self._learn(
            route, lambda rate: adaptation.answered(rate, permit.version, limit=images_per_minute, now=self._now())
        )

    async def throttled(
        self, route: str, permit: Permit, *, images_per_minute: int | None, retry_after: float | None
    ) -> None:
        """Learn from a 429."""

        def slow(rate: RateLimit) -> RateLimit:
            return adaptation.throttled(
                rate, permit.version, limit=images_per_minute, retry_after=retry_after, now=self._now()
            )

        await self._learn(route, slow)

    async def restart(self, route: str) -> None:
        """Begin again slowly after an outage; raises StoreUnavailableError."""
        self._seen[route] = await self._store.read(route)
        await self._change(route, lambda rate: adaptation.restarted(rate, self._now()))

    def instances_seen(self, route: str) -> int:
        """Return how many instances took permits lately, as this process saw at its own last permit: at least 1."""
        rate = self._seen.get(route)
        return max(1, instances_at(rate, self._now())) if rate else 1

    async def _keep_ceiling(self, route: str) -> None:
        await self._change(route, lambda rate: adaptation.with_ceiling(rate, self._ceiling, self._now()))

    async def _come_back_after(self, route: str, rate: RateLimit) -> float:
        now = self._now()
        place = await self._store.queue_up(route, now, seen=rate)
        if place is None:
            # All of them at different times, and before the queue has run empty.
            return LONGEST_QUEUE / SECOND * (0.75 + self._random_source.fraction() / 4)
        return max(_LEAST_WAIT, (place - QUEUE_LEAD - now) / SECOND)

    async def _learn(self, route: str, change: Callable[[RateLimit], RateLimit]) -> None:
        try:
            await self._change(route, change)
        except StoreUnavailableError as error:
            # The call is over, and its own outcome matters more; the next one teaches the same.
            error.log_to(_LOGGER)

    async def _change(self, route: str, change: Callable[[RateLimit], RateLimit]) -> None:
        rate = self._seen.get(route, RateLimit())
        for _ in range(_MOST_ROUNDS):
            wanted = change(rate)
            if wanted == rate:
                return
            rate, is_done = await self._store.change(route, rate, wanted)
            self._seen[route] = rate
            if is_done:
                return

    def _now(self) -> int:
        return microseconds(self._clock.now())
