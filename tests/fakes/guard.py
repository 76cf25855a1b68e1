"""A CircuitGuard that records its calls and refuses those that a test says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from picturebook.circuit_breaker.pass_through_guard import PassThroughGuard
from picturebook.models.circuits import Circuit

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class GuardedCall:
    """The arguments of one call."""

    route: str
    circuit: Circuit | None
    deadline: datetime | None


class FakeGuard(PassThroughGuard):
    """Raises the given errors, one per call, and lets a call through for None; the last one holds for all further
    calls.

    Without any, every call goes through. `calls` are in order.
    """

    def __init__(self, *script: Exception | None) -> None:
        self._script = script or (None,)
        self.calls: list[GuardedCall] = []

    @property
    def routes(self) -> list[str]:
        return [call.route for call in self.calls]

    async def call(
        self,
        route: str,
        operation: Callable[[], Awaitable[Answer]],
        *,
        circuit: Circuit | None = None,
        deadline: datetime | None = None,
    ) -> Answer:
        error = self._script[min(len(self.calls), len(self._script) - 1)]
        self.calls.append(GuardedCall(route, circuit, deadline))
        if error:
            raise error
        return await super().call(route, operation, circuit=circuit, deadline=deadline)
