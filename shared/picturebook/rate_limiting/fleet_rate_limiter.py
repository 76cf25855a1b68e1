"""Limits the rate of the whole fleet per route, through the store that the fleet shares."""

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
    PermitRequest,
    RateLimit,
    instances_at,
    microseconds,
)
from picturebook.rate_limiting.store import RateLimitStore

_LOGGER = logging.getLogger(__name__)
# Each further round means that another process changed the rate limit. After the last one, the next answer teaches it.
_MOST_ROUNDS = 4
_ID_LENGTH = 8
_LEAST_WAIT = 1.0


class FleetRateLimiter:
    """A RateLimiter; one per process, safe to share among tasks and event loops.

    A permit is for one request. The limit is learnt from answers. `images_per_minute` is the deployment's own limit
    (0: none); it costs each process one read and sometimes a write before its first permit on a route.
    `instance_id` identifies this process within the fleet.
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
        """Take the next permit, if it is due within `at_most` seconds; raises StoreUnavailableError."""
        is_first = route not in self._seen
        if is_first and self._ceiling:
            self._seen[route] = await self._store.read(route)
            await self._apply_ceiling(route)
        request = PermitRequest(self._instance, self._now(), round(at_most * SECOND))
        rate, due = await self._store.take_permit(route, request, seen=self._seen.get(route, RateLimit()))
        self._seen[route] = rate
        if is_first:
            await self._apply_ceiling(route)  # 0 removes the limit of an earlier deployment
        if due is None:
            return Permit(await self._seconds_until_retry(route, rate), is_granted=False, version=rate.version)
        return Permit(max(0, due - request.now) / SECOND, version=rate.version)

    async def answered(self, route: str, permit: Permit, *, images_per_minute: int | None) -> None:
        """Learn from a success; writes only when the rate limit changes."""
        await self._learn(
            route,
            lambda rate: adaptation.answered(rate, permit.version, limit=images_per_minute, now=self._now()),
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
        """Start again slowly after an outage; raises StoreUnavailableError."""
        self._seen[route] = await self._store.read(route)
        await self._change(route, lambda rate: adaptation.restarted(rate, self._now()))

    def instances_seen(self, route: str) -> int:
        """Return how many instances recently took permits, as of this process's own last permit; at least 1."""
        rate = self._seen.get(route)
        return max(1, instances_at(rate, self._now())) if rate else 1

    async def _apply_ceiling(self, route: str) -> None:
        await self._change(route, lambda rate: adaptation.with_ceiling(rate, self._ceiling, self._now()))

    async def _seconds_until_retry(self, route: str, rate: RateLimit) -> float:
        now = self._now()
        place = await self._store.queue_up(route, now, seen=rate)
        if place is None:
            # The queue is full. Jitter spreads these callers, and the first ones return before the queue is empty.
            return LONGEST_QUEUE / SECOND * (0.75 + self._random_source.fraction() / 4)
        return max(_LEAST_WAIT, (place - QUEUE_LEAD - now) / SECOND)

    async def _learn(self, route: str, change: Callable[[RateLimit], RateLimit]) -> None:
        try:
            await self._change(route, change)
        except StoreUnavailableError as error:
            # The call is over, and the caller needs its outcome. The next call teaches the same limit.
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
