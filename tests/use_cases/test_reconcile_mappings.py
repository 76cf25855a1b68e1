"""The image queues are paused while no picture can be drawn, and no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.circuit_breaker import state
from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit
from picturebook.ports.mappings import MappingSetting, MappingStatus
from picturebook.use_cases.reconcile_mappings import CircuitReport, MappingReconciler, desired
from tests.fakes.clock import START, FakeClock
from tests.fakes.in_memory_mappings import InMemoryMappings
from tests.fakes.in_memory_route_register import InMemoryRouteRegister

ROUTE, OTHER = "api.example/gpt-image-2", "api.example/gpt-image-2.6-flare"
IN_FULL = MappingSetting(is_enabled=True, concurrency=10)
PROBING = MappingSetting(is_enabled=True, concurrency=2)
PAUSED = MappingSetting(is_enabled=False, concurrency=2)


def closed(route: str = ROUTE) -> Circuit:
    return Circuit(route)


def opened(seconds: float, route: str = ROUTE, *, reason: str = "ProviderUnavailableError") -> Circuit:
    return state.trip(Circuit(route), now=START, version="v1", seconds=seconds, reason=reason, failures=5)


def probing(route: str = ROUTE, *, seconds: float = 600.0) -> Circuit:
    return state.elect(
        opened(0.0, route), version="v2", lease_id="prober", lease_until=START + timedelta(seconds=seconds)
    )


@pytest.mark.parametrize(
    ("circuits", "expected"),
    [
        ([closed()], IN_FULL),
        ([closed(), closed(OTHER)], IN_FULL),
        ([opened(600.0), closed(OTHER)], IN_FULL),
        ([probing(), closed(OTHER)], IN_FULL),
        ([opened(600.0)], PAUSED),
        ([opened(600.0), opened(121.0, OTHER)], PAUSED),
        ([opened(121.0)], PAUSED),
        ([opened(120.0)], PROBING),
        ([opened(600.0), opened(60.0, OTHER)], PROBING),
        ([opened(0.0)], PROBING),
        ([probing()], PROBING),
        ([probing(), opened(600.0, OTHER)], PROBING),
        ([probing(seconds=-1.0)], PROBING),
    ],
)
def test_the_mappings_follow_from_the_circuits_alone(circuits: list[Circuit], expected: MappingSetting) -> None:
    assert desired(circuits, now=START, concurrency=10) == expected


class Reconciled:
    """A reconciler over in-memory ports."""

    def __init__(self, *noted: str) -> None:
        self.clock = FakeClock()
        self.circuits = InMemoryCircuitStore()
        self.mappings = InMemoryMappings({"characters": MappingStatus(IN_FULL), "pages": MappingStatus(IN_FULL)})
        self.reconciler = MappingReconciler(
            circuits=self.circuits,
            register=InMemoryRouteRegister(self.clock, noted),
            mappings=self.mappings,
            mapping_ids=("characters", "pages"),
            concurrency=10,
            default_route=ROUTE,
            clock=self.clock,
        )

    async def move(self, after: Circuit) -> None:
        before = await self.circuits.read(after.route)
        await self.circuits.replace(before, replace(after, version=f"{after.version}-{after.route}"))

    async def reconcile(self) -> CircuitReport:
        outlook = await self.reconciler.read_circuits()
        await self.reconciler.reconcile(outlook.setting)
        return outlook

    def settings(self) -> list[MappingSetting]:
        return [status.setting for status in self.mappings.kept.values()]


async def test_a_default_route_that_was_never_registered_counts_and_is_closed() -> None:
    reconciled = Reconciled()
    assert await reconciled.reconcile() == CircuitReport(IN_FULL, open_circuits=0, held_for_a_person=0)
    assert reconciled.mappings.changes == []


async def test_the_mappings_are_paused_in_an_outage_and_enabled_in_time_for_the_probe() -> None:
    reconciled = Reconciled()
    await reconciled.move(opened(600.0))
    await reconciled.reconcile()
    assert reconciled.settings() == [PAUSED, PAUSED]
    reconciled.clock.advance(470)
    await reconciled.reconcile()
    assert reconciled.settings() == [PAUSED, PAUSED]
    reconciled.clock.advance(60)
    await reconciled.reconcile()
    assert reconciled.settings() == [PROBING, PROBING]
    reconciled.clock.advance(100)
    await reconciled.move(probing())
    await reconciled.reconcile()
    await reconciled.move(closed())
    await reconciled.reconcile()
    assert reconciled.settings() == [IN_FULL, IN_FULL]
    assert len(reconciled.mappings.changes) == 6, "each mapping is set when it changes, and at no other time"


async def test_one_registered_route_that_is_closed_keeps_the_mappings_enabled() -> None:
    reconciled = Reconciled(OTHER)
    await reconciled.move(opened(600.0))
    outlook = await reconciled.reconcile()
    assert outlook.open_circuits == 1
    assert reconciled.settings() == [IN_FULL, IN_FULL]


async def test_a_spent_quota_or_a_refused_key_counts_as_held_also_while_it_is_probed() -> None:
    reconciled = Reconciled(OTHER)
    await reconciled.move(opened(600.0, reason="ProviderAccountError"))
    await reconciled.move(opened(600.0, OTHER))
    outlook = await reconciled.reconcile()
    assert (outlook.open_circuits, outlook.held_for_a_person) == (2, 1)
    await reconciled.move(replace(probing(), reason="ProviderAccountError"))
    assert (await reconciled.reconcile()).held_for_a_person == 1
    await reconciled.move(closed())
    assert (await reconciled.reconcile()).held_for_a_person == 0


async def test_a_mapping_that_is_changing_is_left_to_the_next_invocation() -> None:
    reconciled = Reconciled()
    reconciled.mappings.kept["characters"] = MappingStatus(IN_FULL, is_changing=True)
    await reconciled.move(opened(600.0))
    await reconciled.reconcile()
    assert reconciled.mappings.changes == [("pages", PAUSED)]
    reconciled.mappings.kept["characters"] = MappingStatus(IN_FULL)
    await reconciled.reconcile()
    assert reconciled.settings() == [PAUSED, PAUSED]


async def test_a_disabled_mapping_is_not_changed_for_its_concurrency_alone() -> None:
    reconciled = Reconciled()
    reconciled.mappings.kept["pages"] = MappingStatus(MappingSetting(is_enabled=False, concurrency=10))
    await reconciled.move(opened(600.0))
    await reconciled.reconcile()
    assert reconciled.mappings.changes == [("characters", PAUSED)]


async def test_a_missing_mapping_does_not_keep_the_other_one_from_being_set() -> None:
    reconciled = Reconciled()
    del reconciled.mappings.kept["characters"]
    await reconciled.move(opened(600.0))
    with pytest.raises(StoreUnavailableError):
        await reconciled.reconcile()
    assert reconciled.mappings.changes == [("pages", PAUSED)]


async def test_a_route_that_is_no_longer_used_neither_counts_as_held_nor_keeps_the_mappings_enabled() -> None:
    reconciled = Reconciled(OTHER)
    await reconciled.move(opened(600.0, OTHER, reason="ProviderAccountError"))
    assert (await reconciled.reconcile()).held_for_a_person == 1
    reconciled.clock.advance(3 * 3600)
    assert (await reconciled.reconcile()).held_for_a_person == 0
    now = reconciled.clock.now()
    await reconciled.move(state.trip(Circuit(ROUTE), now=now, version="v9", seconds=600.0, reason="503", failures=5))
    assert (await reconciled.reconcile()).setting == PAUSED
