"""Rates in this process's memory: the rules of the port, without a database."""

from __future__ import annotations

import threading
from dataclasses import replace

from picturebook.rate_limiting import rate_limit
from picturebook.rate_limiting.rate_limit import PermitWanted, RateLimit


class InMemoryRateLimitStore:
    """A RateLimitStore for one process, whose event loops and threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rates: dict[str, RateLimit] = {}

    async def read(self, route: str) -> RateLimit:
        """Return the rate."""
        with self._lock:
            return self._kept(route)

    async def take(self, route: str, wanted: PermitWanted, *, seen: RateLimit) -> tuple[RateLimit, int | None]:  # noqa: ARG002 - nothing has to be guessed
        """Acquire the next permit."""
        with self._lock:
            self._rates[route], due = rate_limit.take(self._kept(route), wanted)
            return self._rates[route], due

    async def queue_up(self, route: str, now: int, *, seen: RateLimit) -> int | None:  # noqa: ARG002 - nothing has to be guessed
        """Take a place in the queue."""
        with self._lock:
            self._rates[route], place = rate_limit.queue_up(self._kept(route), now)
            return place

    async def change(self, route: str, before: RateLimit, after: RateLimit) -> tuple[RateLimit, bool]:
        """Change the rate, if nobody else did."""
        with self._lock:
            kept = self._kept(route)
            is_moved = after.next_at != before.next_at
            if kept.version != before.version or (is_moved and kept.next_at > after.next_at):
                return kept, False
            self._rates[route] = changed = replace(
                after,
                next_at=after.next_at if is_moved else kept.next_at,
                queue_at=kept.queue_at,
                minutes=kept.minutes,
            )
            return changed, True

    def _kept(self, route: str) -> RateLimit:
        return self._rates.get(route, RateLimit())
