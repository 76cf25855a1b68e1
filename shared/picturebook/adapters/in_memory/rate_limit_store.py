"""Rate limits in this process's memory, by the rules of the port."""

from __future__ import annotations

import threading
from dataclasses import replace

from picturebook.rate_limiting import rate_limit as rules
from picturebook.rate_limiting.rate_limit import PermitRequest, RateLimit


class InMemoryRateLimitStore:
    """A RateLimitStore for one process, whose event loops and threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rates: dict[str, RateLimit] = {}

    async def read(self, route: str) -> RateLimit:
        """Return the rate limit."""
        with self._lock:
            return self._kept(route)

    async def take_permit(self, route: str, request: PermitRequest, *, seen: RateLimit) -> tuple[RateLimit, int | None]:  # noqa: ARG002 - the port's argument
        """Take the next permit."""
        with self._lock:
            self._rates[route], due = rules.take_permit(self._kept(route), request)
            return self._rates[route], due

    async def queue_up(self, route: str, now: int, *, seen: RateLimit) -> int | None:  # noqa: ARG002 - the port's argument
        """Take a place in the queue."""
        with self._lock:
            self._rates[route], place = rules.queue_up(self._kept(route), now)
            return place

    async def change(self, route: str, before: RateLimit, after: RateLimit) -> tuple[RateLimit, bool]:
        """Change the rate limit, if its version is unchanged."""
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
