"""The port that stores circuits. Each method is one atomic operation, never a read followed by a write.

All methods raise StoreUnavailableError. A returned circuit includes the override that was read with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.models.circuits import Circuit, CircuitOverride


class CircuitStore(Protocol):
    """Stores one circuit and its window per route."""

    async def read(self, route: str) -> Circuit:
        """Return the route's circuit; a closed one without a version when none is stored."""
        ...

    async def replace(self, before: Circuit, after: Circuit) -> Circuit:
        """Replace `before` by `after`, if `before` is still stored; return the circuit that is stored now.

        If the returned version is that of `after`, the transition was made: by this call, or by an earlier one whose
        answer was lost.
        """
        ...

    async def count_failure(self, update: WindowUpdate) -> Window | None:
        """Add one failure and the update's successes to the running window, or start a window; return it.

        Returns None, and counts nothing, when the circuit's version is not the update's.
        """
        ...

    async def count_successes(self, update: WindowUpdate) -> Window | None:
        """Add the update's successes to the window that started at `window_start`; None when it has ended."""
        ...

    async def put_override(self, route: str, override: CircuitOverride) -> None:
        """Store an operator's override of the route's circuit; it replaces an earlier one."""
        ...

    async def clear_override(self, route: str) -> CircuitOverride | None:
        """Delete the override and return it; None when there was none."""
        ...

    async def list_circuits(self) -> Sequence[Circuit]:
        """Return every circuit that is stored or overridden, by route."""
        ...
