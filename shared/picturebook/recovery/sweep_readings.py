"""Circuits and queue ages, read at most once per sweep."""

from __future__ import annotations

from datetime import timedelta

from picturebook.circuit_breaker.state import CallDecision, decide
from picturebook.models.circuits import Circuit
from picturebook.ports.queue_age import QueueAge
from picturebook.services import Services


class SweepReadings:
    """Reads each circuit and the queue ages on first use, and keeps them for the rest of the sweep."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._queues: QueueAge | None = None
        self._circuits: dict[str, Circuit] = {}

    async def queues(self) -> QueueAge:
        """Return the age of the oldest message in the image queues."""
        if self._queues is None:
            self._queues = await self._services.queue_ages.read()
        return self._queues

    async def longest_quiet_time(self) -> timedelta:
        """Return how long a picture may make no progress while its message is in flight or being redelivered."""
        # One visibility timeout for a worker that died, another for the worker that received its message next.
        return 2 * (await self.queues()).visibility

    async def is_outage(self, model: str) -> bool:
        """Say whether the circuit of `model` is open, so that waiting messages do not mean lost messages.

        A circuit whose probe is overdue by `longest_quiet_time` is no outage: a waiting message would have probed it,
        so the messages are lost, and without new ones the circuit would never close.
        """
        route = f"{self._services.provider}/{model}"
        if route not in self._circuits:
            self._circuits[route] = await self._services.circuit_store.read(route)
        circuit, now = self._circuits[route], self._services.clock.now()
        may_call = decide(circuit, now)
        if may_call is CallDecision.PROBE:
            return decide(circuit, now - await self.longest_quiet_time()) is not CallDecision.PROBE
        return may_call is CallDecision.REFUSE
