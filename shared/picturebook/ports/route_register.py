"""Which routes (`provider/model`) there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

# In an outage only probes take permits, and the longest Retry-After that is heeded puts them an hour apart.
AT_WORK_FOR = timedelta(hours=2)


class RouteRegister(Protocol):
    """Knows the routes that pictures were asked for on within AT_WORK_FOR: one that nobody uses any more is none."""

    async def routes_at_work(self) -> frozenset[str]:
        """Return the routes that pictures may be waiting for, or raise StoreUnavailableError.

        One too many keeps its pictures' queues open; one too few closes them to pictures that could be drawn.
        """
        ...
