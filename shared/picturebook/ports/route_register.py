"""Which routes (`provider/model`) there are."""

from __future__ import annotations

from typing import Protocol


class RouteRegister(Protocol):
    """Knows the routes that pictures are asked for on."""

    async def routes_at_work(self) -> frozenset[str]:
        """Return the routes that pictures may be waiting for, or raise StoreUnavailableError.

        One too many keeps its pictures' queues open; one too few closes them to pictures that could be drawn.
        """
        ...
