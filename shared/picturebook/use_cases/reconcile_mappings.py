"""Waits out an outage: while nothing can be drawn, the image queues are not read.

Everything follows from the circuits as they are kept, never from an event's content: an event that is late, lost
or doubled only says when to look.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from picturebook.circuit_breaker.state import Entry, entry, seconds_until_probe
from picturebook.circuit_breaker.store import CircuitStore
from picturebook.errors import ProviderAccountError
from picturebook.models.circuits import Circuit, CircuitState
from picturebook.ports.clock import Clock
from picturebook.ports.mappings import Mappings, MappingSetting
from picturebook.ports.route_register import RouteRegister
from picturebook.services import Services
from picturebook.settings import ReconcilingSettings

# The least that Lambda takes: the next message is the probe, and few come with it.
PROBE_CONCURRENCY = 2
# A shorter rest is not worth a mapping's stop and start, which take Lambda up to a minute; seconds.
LEAST_REST = 120.0

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CircuitReport:
    """The circuits of the routes at work: what they mean for the image queues, and what a person should know."""

    setting: MappingSetting
    open_circuits: int
    held_for_a_person: int


@dataclass(frozen=True, slots=True)
class MappingReconciler:
    """Looks at the circuits, and sets the mappings by what it sees.

    `default_route` is at work whether or not anybody ever noted it; `concurrency` is what the deployment configured
    for `mapping_ids`.
    """

    circuits: CircuitStore
    register: RouteRegister
    mappings: Mappings
    mapping_ids: Sequence[str]
    concurrency: int
    default_route: str
    clock: Clock

    async def look(self) -> CircuitReport:
        """Read the circuits of all routes at work; raises StoreUnavailableError."""
        routes = await self.register.routes_at_work() | {self.default_route}
        circuits = await asyncio.gather(*(self.circuits.read(route) for route in sorted(routes)))
        now = self.clock.now()
        not_closed = [circuit for circuit in circuits if entry(circuit, now) is not Entry.ADMIT]
        return CircuitReport(
            desired(circuits, now=now, concurrency=self.concurrency),
            open_circuits=len(not_closed),
            held_for_a_person=sum(circuit.reason == ProviderAccountError.__name__ for circuit in not_closed),
        )

    async def reconcile(self, setting: MappingSetting) -> None:
        """Set every mapping that is set otherwise and takes a change now; raises StoreUnavailableError."""
        changes = (self._set(mapping_id, setting) for mapping_id in self.mapping_ids)
        failures = [found for found in await asyncio.gather(*changes, return_exceptions=True) if found]
        if failures:
            raise failures[0]

    async def _set(self, mapping_id: str, setting: MappingSetting) -> None:
        status = await self.mappings.read(mapping_id)
        is_at_rest = not setting.is_enabled and not status.setting.is_enabled
        if status.is_changing or status.setting == setting or is_at_rest:
            return
        was_set = await self.mappings.change(mapping_id, setting)
        words = "is set" if was_set else "takes no change now, and is asked again in a minute"
        _LOGGER.info("mapping %s %s: %s", mapping_id, words, setting)


def desired(circuits: Sequence[Circuit], *, now: datetime, concurrency: int) -> MappingSetting:
    """Return how the mappings should be set, by the circuits of all routes at work (one at least).

    They rest only while every route is open and no probe is due soon. Until one is closed, the next messages are
    probes. One that is closed has them at work in full: there is one queue for every model.
    """
    if any(entry(circuit, now) is Entry.ADMIT for circuit in circuits):
        return MappingSetting(is_enabled=True, concurrency=concurrency)
    is_rest = all(_seconds_of_rest(circuit, now) > LEAST_REST for circuit in circuits)
    return MappingSetting(is_enabled=not is_rest, concurrency=PROBE_CONCURRENCY)


def _seconds_of_rest(circuit: Circuit, now: datetime) -> float:
    # A half-open circuit may close any moment, whatever its lease says.
    return 0.0 if circuit.state is CircuitState.HALF_OPEN else seconds_until_probe(circuit, now)


def reconciler_of(services: Services, settings: ReconcilingSettings) -> MappingReconciler:
    """Return the tender of a deployment."""
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
