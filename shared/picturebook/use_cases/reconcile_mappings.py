"""Pauses the image queues in an outage: while no picture can be drawn, Lambda does not poll them.

The settings of the event source mappings follow from the stored circuits, never from an event's content: a late, lost
or duplicate event only changes when the circuits are read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from picturebook.circuit_breaker.state import CallDecision, decide, seconds_until_probe
from picturebook.circuit_breaker.store import CircuitStore
from picturebook.errors import ProviderAccountError
from picturebook.models.circuits import Circuit, CircuitState
from picturebook.ports.clock import Clock
from picturebook.ports.mappings import Mappings, MappingSetting
from picturebook.ports.route_register import RouteRegister
from picturebook.services import Services
from picturebook.settings import ReconcilingSettings

# The minimum that Lambda accepts: the next message is the probe, and few others are received with it.
PROBE_CONCURRENCY = 2
# Seconds. A shorter pause is not worth it: Lambda takes up to a minute to disable or enable a mapping.
MIN_PAUSE = 120.0

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CircuitReport:
    """What the circuits of the routes in use mean: the mappings' setting, and the numbers for the metrics."""

    setting: MappingSetting
    open_circuits: int
    held_for_a_person: int


@dataclass(frozen=True, slots=True)
class MappingReconciler:
    """Reads the circuits, and enables or disables the event source mappings accordingly.

    `default_route` counts as in use even before its first call; `concurrency` is the deployment's configured maximum
    for the mappings in `mapping_ids`.
    """

    circuits: CircuitStore
    register: RouteRegister
    mappings: Mappings
    mapping_ids: Sequence[str]
    concurrency: int
    default_route: str
    clock: Clock

    async def read_circuits(self) -> CircuitReport:
        """Read the circuits of all routes in use; raises StoreUnavailableError."""
        routes = await self.register.routes_at_work() | {self.default_route}
        circuits = await asyncio.gather(*(self.circuits.read(route) for route in sorted(routes)))
        now = self.clock.now()
        not_closed = [circuit for circuit in circuits if decide(circuit, now) is not CallDecision.ADMIT]
        return CircuitReport(
            desired(circuits, now=now, concurrency=self.concurrency),
            open_circuits=len(not_closed),
            held_for_a_person=sum(circuit.reason == ProviderAccountError.__name__ for circuit in not_closed),
        )

    async def reconcile(self, setting: MappingSetting) -> None:
        """Set every mapping that differs and is not already changing; raises StoreUnavailableError."""
        changes = (self._set(mapping_id, setting) for mapping_id in self.mapping_ids)
        failures = [found for found in await asyncio.gather(*changes, return_exceptions=True) if found]
        if failures:
            raise failures[0]

    async def _set(self, mapping_id: str, setting: MappingSetting) -> None:
        status = await self.mappings.read(mapping_id)
        is_paused = not setting.is_enabled and not status.setting.is_enabled
        if status.is_changing or status.setting == setting or is_paused:
            return
        was_set = await self.mappings.change(mapping_id, setting)
        outcome = "is set" if was_set else "cannot change now; the next invocation tries again"
        _LOGGER.info("mapping %s %s: %s", mapping_id, outcome, setting)


def desired(circuits: Sequence[Circuit], *, now: datetime, concurrency: int) -> MappingSetting:
    """Return the setting that the circuits of all routes in use (at least one) require.

    The mappings are disabled only while every circuit is open and no probe is due soon. Until one circuit is closed,
    the next messages are probes. One closed circuit restores the full concurrency, because all models share one queue.
    """
    if any(decide(circuit, now) is CallDecision.ADMIT for circuit in circuits):
        return MappingSetting(is_enabled=True, concurrency=concurrency)
    is_pause = all(_seconds_of_pause(circuit, now) > MIN_PAUSE for circuit in circuits)
    return MappingSetting(is_enabled=not is_pause, concurrency=PROBE_CONCURRENCY)


def _seconds_of_pause(circuit: Circuit, now: datetime) -> float:
    # A half-open circuit may close at any moment, before its lease ends.
    return 0.0 if circuit.state is CircuitState.HALF_OPEN else seconds_until_probe(circuit, now)


def reconciler_of(services: Services, settings: ReconcilingSettings) -> MappingReconciler:
    """Return the reconciler of a deployment."""
    # A default that retires soon is drawn with its replacement, so that is the route's name.
    chosen = services.catalogue.choose(
        settings.default_model, today=services.clock.now().date(), replace_within=settings.replace_within
    )
    return MappingReconciler(
        circuits=services.circuit_store,
        register=services.route_register,
        mappings=services.mappings,
        mapping_ids=(settings.character_mapping, settings.page_mapping),
        concurrency=settings.image_concurrency,
        default_route=f"{services.provider}/{chosen.spec.name}",
        clock=services.clock,
    )
