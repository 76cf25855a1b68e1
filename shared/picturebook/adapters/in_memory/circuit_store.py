"""Circuits in this process's memory: the rules of the port, without a database."""

from __future__ import annotations

import threading
from dataclasses import replace

from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.state import Circuit
from picturebook.circuit_breaker.window import Tally, Window

_DEFAULTS = CircuitConfig()


class InMemoryCircuitStore:
    """A CircuitStore for one process, whose event loops and threads may share it."""

    def __init__(self, config: CircuitConfig = _DEFAULTS) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._circuits: dict[str, Circuit] = {}
        self._windows: dict[tuple[str, str | None], Window] = {}

    def peek(self, route: str) -> Circuit | None:
        """Return the route's circuit, or None when nothing was recorded; for a ledger's one read."""
        with self._lock:
            return self._circuits.get(route)

    async def read(self, route: str) -> Circuit:
        """Return the route's circuit."""
        return self.peek(route) or Circuit(route)

    async def replace(self, before: Circuit, after: Circuit) -> Circuit:
        """Put `after` in the place of `before`, if that is what is kept; return what is kept now."""
        with self._lock:
            kept = self._circuits.get(before.route, Circuit(before.route))
            if kept.version == before.version and kept.state is before.state:
                self._circuits[before.route] = kept = after
                self._forget_windows(before.route)
            return kept

    async def count_failure(self, tally: Tally) -> Window:
        """Add one failure, and successes that belong to the window."""
        with self._lock:
            window = self._running(tally) or Window(tally.at, 0, 0, frozenset())
            added = tally.successes if tally.window_start == window.started_at else 0
            return self._keep(
                tally,
                replace(
                    window,
                    failures=window.failures + 1,
                    successes=window.successes + added,
                    instances=window.instances | {tally.instance_id},
                ),
            )

    async def count_successes(self, tally: Tally) -> Window | None:
        """Add successes to the window that they belong to."""
        with self._lock:
            window = self._running(tally)
            if window is None or window.started_at != tally.window_start:
                return None
            return self._keep(tally, replace(window, successes=window.successes + tally.successes))

    def _running(self, tally: Tally) -> Window | None:
        window = self._windows.get((tally.route, tally.version))
        return window if window and window.is_running(self._config, tally.at) else None

    def _keep(self, tally: Tally, window: Window) -> Window:
        self._windows[tally.route, tally.version] = window
        return window

    def _forget_windows(self, route: str) -> None:
        # A late outcome may begin one of an earlier version again; it can trip nothing, and goes with the next move.
        self._windows = {key: window for key, window in self._windows.items() if key[0] != route}
