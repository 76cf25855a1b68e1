"""Paces the routes of the whole fleet, through the store that the fleet shares."""

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
# In each round somebody else has changed the pace. What is lost after that the next answer makes up for.
_MOST_ROUNDS = 4
_ID_LENGTH = 8
_LEAST_WAIT = 1.0


class FleetRateLimiter:
    """A RateLimiter; one per process, safe to share among tasks and event loops.

    A turn is one request. The pace is learnt from answers; `images_per_minute` is a limit of the deployment's own
    (0: none), and costs each process one read and sometimes a write before its first turn on a route.
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
        """Take the next turn, if it is due within `at_most` seconds; raises StoreUnavailableError."""
        is_first = route not in self._seen
        if is_first and self._ceiling:
            self._seen[route] = await self._store.read(route)
            await self._keep_ceiling(route)
        wanted = PermitWanted(self._instance, self._now(), round(at_most * SECOND))
        pace, due = await self._store.take(route, wanted, seen=self._seen.get(route, RateLimit()))
        self._seen[route] = pace
        if is_first:
            await self._keep_ceiling(route)  # without one of ours, an earlier deployment's is lifted
        if due is None:
            return Permit(await self._come_back_after(route, pace), is_granted=False, pace=pace.version)
        return Permit(max(0, due - wanted.now) / SECOND, pace=pace.version)

    async def answered(self, route: str, turn: Permit, *, images_per_minute: int | None) -> None:
        """Learn from a success; writes only when the pace changes."""
        await self._learn(
            route, lambda pace: adaptation.answered(pace, turn.pace, limit=images_per_minute, now=self._now())
        )

    async def throttled(
        self, route: str, turn: Permit, *, images_per_minute: int | None, retry_after: float | None
    ) -> None:
        """Learn from a 429."""

        def slow(pace: RateLimit) -> RateLimit:
            return adaptation.throttled(
                pace, turn.pace, limit=images_per_minute, retry_after=retry_after, now=self._now()
            )

        await self._learn(route, slow)

    async def restart(self, route: str) -> None:
        """Begin again slowly after an outage; raises StoreUnavailableError."""
        self._seen[route] = await self._store.read(route)
        await self._change(route, lambda pace: adaptation.restarted(pace, self._now()))

    def instances_seen(self, route: str) -> int:
        """Return how many instances took turns lately, as far as this process saw at its own last turn: at least 1."""
        pace = self._seen.get(route)
        return max(1, instances_at(pace, self._now())) if pace else 1

    async def _keep_ceiling(self, route: str) -> None:
        await self._change(route, lambda pace: adaptation.with_ceiling(pace, self._ceiling, self._now()))

    async def _come_back_after(self, route: str, pace: RateLimit) -> float:
        now = self._now()
        place = await self._store.queue_up(route, now, seen=pace)
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
        pace = self._seen.get(route, RateLimit())
        for _ in range(_MOST_ROUNDS):
            wanted = change(pace)
            if wanted == pace:
                return
            pace, is_done = await self._store.change(route, pace, wanted)
            self._seen[route] = pace
            if is_done:
                return

    def _now(self) -> int:
        return microseconds(self._clock.now())
