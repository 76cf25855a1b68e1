"""The port to where rates are kept. Atomic intents: no permit is read, decided and written back.

All methods raise StoreUnavailableError. A write whose answer was lost may have been made: it costs a permit, or a
place in the queue, which nobody uses.
"""

from __future__ import annotations

from typing import Protocol

from picturebook.rate_limiting.rate_limit import PermitWanted, RateLimit


class RateLimitStore(Protocol):
    """Keeps one rate per route. `seen` is what the caller saw last: where it is outdated, it costs a request."""

    async def read(self, route: str) -> RateLimit:
        """Return the rate; that of a new route when nothing was recorded."""
        ...

    async def take(self, route: str, wanted: PermitWanted, *, seen: RateLimit) -> tuple[RateLimit, int | None]:
        """Acquire the next permit as `rate_limit.take` does; return the rate as kept now, and when that is due."""
        ...

    async def queue_up(self, route: str, now: int, *, seen: RateLimit) -> int | None:
        """Take a place in the queue as `rate_limit.queue_up` does, behind the permits of `seen`; None: it is full."""
        ...

    async def change(self, route: str, before: RateLimit, after: RateLimit) -> tuple[RateLimit, bool]:
        """Put the rate of `after` in the place of that of `before`, if nobody changed it; say whether that was done.

        Permits that were taken in between stay taken: `next_at` is moved only where `after` moves it, and only on.
        """
        ...
