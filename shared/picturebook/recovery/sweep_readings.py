"""What one sweep has read of circuits and queues."""

from __future__ import annotations

from datetime import timedelta

from picturebook.circuit_breaker.state import CallDecision, decide
from picturebook.models.circuits import Circuit
from picturebook.ports.queue_age import QueueAge
from picturebook.services import Services


class SweepReadings:
    """Reads circuits and queue ages, each once per sweep, and only when a run makes it matter."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._queues: QueueAge | None = None
        self._circuits: dict[str, Circuit] = {}

    async def queues(self) -> QueueAge:
        """Return the age of what waits in the image queues."""
        if self._queues is None:
            self._queues = await self._services.queue_ages.read()
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
        route = f"{self._services.provider}/{model}"
        if route not in self._circuits:
            self._circuits[route] = await self._services.circuit_store.read(route)
        circuit, now = self._circuits[route], self._services.clock.now()
        may_call = decide(circuit, now)
        if may_call is CallDecision.PROBE:
            return decide(circuit, now - await self.longest_quiet_time()) is not CallDecision.PROBE
        return may_call is CallDecision.REFUSE
