"""Circuits in this process's memory, by the rules of the port."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState

_DEFAULTS = CircuitConfig()


class InMemoryCircuitStore:
    """A CircuitStore for one process, whose event loops and threads may share it."""

    def __init__(self, config: CircuitConfig = _DEFAULTS) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._circuits: dict[str, Circuit] = {}
        self._windows: dict[str, Window] = {}
        self._overrides: dict[str, CircuitOverride] = {}

    def peek(self, route: str) -> Circuit | None:
        """Return the route's circuit, or None if none is stored; for the read of an in-memory ledger."""
        with self._lock:
            is_known = route in self._circuits or route in self._overrides
            return self._overridden(route) if is_known else None

    async def read(self, route: str) -> Circuit:
        """Return the route's circuit."""
        return self.peek(route) or Circuit(route)

    async def replace(self, before: Circuit, after: Circuit) -> Circuit:
        """Replace `before` by `after`, if `before` is still stored; return the stored circuit."""
        with self._lock:
            stored = self._stored(before.route)
            if stored.version == before.version and stored.state is before.state:
                self._circuits[before.route] = after
                self._windows.pop(before.route, None)
            return self._overridden(before.route)

    async def count_failure(self, update: WindowUpdate) -> Window | None:
        """Add one failure, and the successes of the same window; return None if the circuit has another version."""
        with self._lock:
            if not self._is_current(update):
                return None
            window = self._running(update) or Window(update.at, 0, 0, frozenset())
            added = update.successes if update.window_start == window.started_at else 0
            self._windows[update.route] = counted = replace(
                window,
                failures=window.failures + 1,
                successes=window.successes + added,
                instances=window.instances | {update.instance_id},
            )
            return counted

    async def count_successes(self, update: WindowUpdate) -> Window | None:
        """Add successes to the window that they belong to."""
        with self._lock:
            window = self._running(update)
            if window is None or window.started_at != update.window_start or not self._is_current(update):
                return None
            self._windows[update.route] = counted = replace(window, successes=window.successes + update.successes)
            return counted

    async def put_override(self, route: str, override: CircuitOverride) -> None:
        """Store an operator's override."""
        with self._lock:
            self._overrides[route] = override

    async def clear_override(self, route: str) -> CircuitOverride | None:
        """Delete and return the override."""
        with self._lock:
            return self._overrides.pop(route, None)

    async def list_circuits(self) -> Sequence[Circuit]:
        """Return every circuit, by route."""
        with self._lock:
            return [self._overridden(route) for route in sorted({*self._circuits, *self._overrides})]

    def _overridden(self, route: str) -> Circuit:
        return replace(self._stored(route), override=self._overrides.get(route))

    def _stored(self, route: str) -> Circuit:
        return self._circuits.get(route, Circuit(route))

    def _is_current(self, update: WindowUpdate) -> bool:
        circuit = self._stored(update.route)
        return circuit.version == update.version and circuit.state is CircuitState.CLOSED

    def _running(self, update: WindowUpdate) -> Window | None:
        window = self._windows.get(update.route)
        return window if window and window.is_running(self._config, update.at) else None
