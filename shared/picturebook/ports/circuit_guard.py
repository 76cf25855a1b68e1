"""Guards every call of the image service: the circuit breaker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

from picturebook.models.circuits import Circuit

Answer = TypeVar("Answer")


class CircuitGuard(Protocol):
    """Makes a call, or refuses it while the route's circuit is open. A route is `provider/model`."""

    async def call(
        self,
        route: str,
        operation: Callable[[], Awaitable[Answer]],
        *,
        circuit: Circuit | None = None,
        deadline: datetime | None = None,
    ) -> Answer:
        """Run `operation`, or raise CircuitOpenError without running it.

        `circuit` is the caller's own recent read of the route's circuit; without it one is read. `deadline` is when the
        caller's time ends; it limits a probe's lease.
        """
        ...
