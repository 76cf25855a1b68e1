"""The port that stores rate limits. Each method is one atomic operation, never a read followed by a write.

All methods raise StoreUnavailableError. A write whose answer was lost may have been made: then a permit or a place in
the queue stays unused.
"""

from __future__ import annotations

from typing import Protocol

from picturebook.rate_limiting.rate_limit import PermitRequest, RateLimit


class RateLimitStore(Protocol):
    """Stores one rate limit per route. `seen` is the caller's last read; an outdated one costs a further request."""

    async def read(self, route: str) -> RateLimit:
        """Return the rate limit; an empty one when none is stored."""
        ...

    async def take_permit(self, route: str, request: PermitRequest, *, seen: RateLimit) -> tuple[RateLimit, int | None]:
        """Take the next permit as `rate_limit.take_permit` does; return the stored rate limit and when it is due."""
        ...

    async def queue_up(self, route: str, now: int, *, seen: RateLimit) -> int | None:
        """Take a place in the queue as `rate_limit.queue_up` does, after the permits of `seen`; None when full."""
        ...

    async def change(self, route: str, before: RateLimit, after: RateLimit) -> tuple[RateLimit, bool]:
        """Replace `before` by `after`, if the version is unchanged; return the stored rate limit and whether it did.

        Permits that were taken meanwhile stay taken: `next_at` moves only if `after` moves it, and only forward.
        """
        ...
