"""Which routes (`provider/model`) are in use."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

# In an outage only probes take permits, and the longest Retry-After that we follow puts them an hour apart.
AT_WORK_FOR = timedelta(hours=2)


class RouteRegister(Protocol):
    """Knows the routes on which pictures were requested within AT_WORK_FOR."""

    async def routes_at_work(self) -> frozenset[str]:
        """Return the routes for which pictures may be waiting, or raise StoreUnavailableError.

        An unused route keeps the image queues enabled; a missing one disables them for pictures that could be drawn.
        """
        ...
