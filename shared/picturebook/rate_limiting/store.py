"""The port to where paces are kept. Atomic intents: no turn is read, decided and written back.

All methods raise StoreUnavailableError. A write whose answer was lost may have been made: it costs a turn, or a
place in the queue, which nobody uses.
"""

from __future__ import annotations

from typing import Protocol

from picturebook.rate_limiting.rate_limit import PermitWanted, RateLimit


class RateLimitStore(Protocol):
    """Keeps one pace per route. `seen` is what the caller saw last: where it is outdated, it costs a request."""

    async def read(self, route: str) -> RateLimit:
        """Return the pace; that of a new route when nothing was recorded."""
        ...

    async def take(self, route: str, wanted: PermitWanted, *, seen: RateLimit) -> tuple[RateLimit, int | None]:
        """Take the next turn as `pace.take` does; return the pace as it is kept now, and when the turn is due."""
        ...

    async def queue_up(self, route: str, now: int, *, seen: RateLimit) -> int | None:
        """Take a place in the queue as `pace.queue_up` does, behind the turns that `seen` has; None when it is full."""
        ...

    async def change(self, route: str, before: RateLimit, after: RateLimit) -> tuple[RateLimit, bool]:
        """Put the pace of `after` in the place of that of `before`, if nobody changed it; say whether that was done.

        Turns that were taken in between stay taken: `next_at` is moved only where `after` moves it, and only on.
        """
        ...
