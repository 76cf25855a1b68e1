"""The guard that no circuit stands behind: every call is made. For callers whose calls another breaker has admitted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from picturebook.models.circuits import Circuit

Answer = TypeVar("Answer")


class PassThroughGuard:
    """A CircuitGuard that runs every operation; it records nothing and refuses nothing."""

    async def call(
        self,
        route: str,  # noqa: ARG002 - the port's argument
        operation: Callable[[], Awaitable[Answer]],
        *,
        circuit: Circuit | None = None,  # noqa: ARG002 - the port's argument
        deadline: datetime | None = None,  # noqa: ARG002 - the port's argument
    ) -> Answer:
        """Run `operation` and return its answer; raises what it raises."""
        return await operation()
