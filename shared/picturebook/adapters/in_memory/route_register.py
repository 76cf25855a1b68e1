"""Routes that somebody named."""

from __future__ import annotations

from collections.abc import Iterable


class InMemoryRouteRegister:
    """A RouteRegister; `routes` may be added to."""

    def __init__(self, routes: Iterable[str] = ()) -> None:
        self.routes = set(routes)

    async def routes_at_work(self) -> frozenset[str]:
        """Return the routes."""
        return frozenset(self.routes)
