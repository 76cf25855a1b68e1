"""The port to where circuits are kept. Atomic intents: nobody reads, decides and writes back.

All methods raise StoreUnavailableError. Circuits come with the override that was read with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.models.circuits import Circuit, CircuitOverride


class CircuitStore(Protocol):
    """Keeps one circuit and its window per route."""

    async def read(self, route: str) -> Circuit:
        """Return the route's circuit; a closed one without a version when nothing was recorded."""
        ...

    async def replace(self, before: Circuit, after: Circuit) -> Circuit:
        """Put `after` in the place of `before`, if `before` is still what is kept; return what is kept now.

        The move was made when the answer's version is that of `after`. That also holds when an earlier
        call made it and its answer was lost.
        """
        ...

    async def count_failure(self, update: WindowUpdate) -> Window | None:
        """Add one failure, and the update's successes, to the running window; begin one where none runs.

        None, and nothing counted, when the circuit has moved on from the update's version.
        """
        ...

    async def count_successes(self, update: WindowUpdate) -> Window | None:
        """Add the update's successes to the window that started at `window_start`; None when it runs no more."""
        ...

    async def put_override(self, route: str, override: CircuitOverride) -> None:
        """Let a person's word stand above the route's circuit, in the place of an earlier one."""
        ...

    async def clear_override(self, route: str) -> CircuitOverride | None:
        """Take the override back; return what it was, None when there was none."""
        ...

    async def list_circuits(self) -> Sequence[Circuit]:
        """Return every circuit that is recorded or overridden, by route."""
        ...
