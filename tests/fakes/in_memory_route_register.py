"""Routes in use, as a test names them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from picturebook.ports.clock import Clock
from picturebook.ports.route_register import AT_WORK_FOR


class InMemoryRouteRegister:
    """A RouteRegister; `note` says that a picture was asked for on a route."""

    def __init__(self, clock: Clock, routes: Iterable[str] = ()) -> None:
        self._clock = clock
        self._noted: dict[str, datetime] = {}
        for route in routes:
            self.note(route)

    def note(self, route: str) -> None:
        """Remember that the route is used now."""
        self._noted[route] = self._clock.now()

    async def routes_at_work(self) -> frozenset[str]:
        """Return the routes that were used within AT_WORK_FOR."""
        since = self._clock.now() - AT_WORK_FOR
        return frozenset(route for route, at in self._noted.items() if at >= since)
