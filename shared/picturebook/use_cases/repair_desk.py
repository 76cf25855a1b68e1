"""What repairing has at hand, and what one sweep has read of circuits and queues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from picturebook.services import Services
from picturebook.circuit_breaker.state import Entry, entry
from picturebook.circuit_breaker.store import CircuitStore
from picturebook.models.circuits import Circuit
from picturebook.ports.queue_age import QueueAge, QueueAges


@dataclass(frozen=True, slots=True)
class RepairDesk:
    """Everything that repairing a run needs. `provider` names the image service in circuits, as for drawing."""

    services: Services
    circuits: CircuitStore
    queues: QueueAges
    provider: str


class Readings:
    """What one sweep reads beside the ledger: each thing once, and only when some run makes it matter."""

    def __init__(self, services: Services) -> None:
        self._desk = desk
        self._queues: QueueAge | None = None
        self._circuits: dict[str, Circuit] = {}

    async def queues(self) -> QueueAge:
        """Return the age of what waits in the image queues."""
        if self._queues is None:
            self._queues = await services.queue_ages.read()
        return self._queues

    async def longest_quiet_time(self) -> timedelta:
        """Return how long a picture may show no sign of life while its message is at work or comes again."""
        # One visibility for a worker that died, another for the one that took its message up.
        return 2 * (await self.queues()).visibility

    async def is_outage(self, model: str) -> bool:
        """Say whether the route of `model` is open, so that its messages wait and nothing can be told from that.

        A circuit whose probe has been due for a very long time is no outage: messages that waited would have
        come to probe it, so there are none, and nobody would ever close it.
        """
        route = f"{services.provider}/{model}"
        if route not in self._circuits:
            self._circuits[route] = await services.circuit_store.read(route)
        circuit, now = self._circuits[route], services.clock.now()
        may_call = entry(circuit, now)
        if may_call is Entry.PROBE:
            return entry(circuit, now - await self.longest_quiet_time()) is not Entry.PROBE
        return may_call is Entry.REFUSE
