"""The image queues rest while nothing can be drawn, and no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.adapters.in_memory.mappings import InMemoryMappings
from picturebook.adapters.in_memory.route_register import InMemoryRouteRegister
from picturebook.circuit_breaker import state
from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit
from picturebook.ports.mappings import MappingSetting, MappingStatus
from picturebook.use_cases.reconcile_mappings import CircuitReport, MappingReconciler, desired
from tests.fakes.clock import START, FakeClock

ROUTE, OTHER = "api.example/gpt-image-2", "api.example/gpt-image-2.6-flare"
IN_FULL = MappingSetting(is_enabled=True, concurrency=10)
PROBING = MappingSetting(is_enabled=True, concurrency=2)
AT_REST = MappingSetting(is_enabled=False, concurrency=2)


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
        ([opened(600.0)], AT_REST),
        ([opened(600.0), opened(121.0, OTHER)], AT_REST),
        ([opened(121.0)], AT_REST),
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


class Tended:
    """A tender and everything around it."""

    def __init__(self, *noted: str) -> None:
        self.clock = FakeClock()
        self.circuits = InMemoryCircuitStore()
        self.mappings = InMemoryMappings({"characters": MappingStatus(IN_FULL), "pages": MappingStatus(IN_FULL)})
        self.tender = MappingReconciler(
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

    async def tend(self) -> CircuitReport:
        outlook = await self.tender.look()
        await self.tender.reconcile(outlook.setting)
        return outlook

    def settings(self) -> list[MappingSetting]:
        return [status.setting for status in self.mappings.kept.values()]


async def test_a_default_route_that_nobody_ever_noted_counts_and_is_closed() -> None:
    tended = Tended()
    assert await tended.tend() == CircuitReport(IN_FULL, open_circuits=0, held_for_a_person=0)
    assert tended.mappings.changes == []


async def test_an_outage_is_waited_out_and_the_probe_let_through_in_time() -> None:
    tended = Tended()
    await tended.move(opened(600.0))
    await tended.tend()
    assert tended.settings() == [AT_REST, AT_REST]
    tended.clock.advance(470)
    await tended.tend()
    assert tended.settings() == [AT_REST, AT_REST]
    tended.clock.advance(60)
    await tended.tend()
    assert tended.settings() == [PROBING, PROBING]
    tended.clock.advance(100)
    await tended.move(probing())
    await tended.tend()
    await tended.move(closed())
    await tended.tend()
    assert tended.settings() == [IN_FULL, IN_FULL]
    assert len(tended.mappings.changes) == 6, "each mapping is set when it changes, and at no other time"


async def test_a_noted_route_that_is_closed_keeps_the_mappings_at_work() -> None:
    tended = Tended(OTHER)
    await tended.move(opened(600.0))
    outlook = await tended.tend()
    assert outlook.open_circuits == 1
    assert tended.settings() == [IN_FULL, IN_FULL]


async def test_a_spent_quota_or_a_refused_key_is_held_for_a_person_also_while_it_is_probed() -> None:
    tended = Tended(OTHER)
    await tended.move(opened(600.0, reason="ProviderAccountError"))
    await tended.move(opened(600.0, OTHER))
    outlook = await tended.tend()
    assert (outlook.open_circuits, outlook.held_for_a_person) == (2, 1)
    await tended.move(replace(probing(), reason="ProviderAccountError"))
    assert (await tended.tend()).held_for_a_person == 1
    await tended.move(closed())
    assert (await tended.tend()).held_for_a_person == 0


async def test_a_mapping_that_is_changing_is_left_to_the_next_minute() -> None:
    tended = Tended()
    tended.mappings.kept["characters"] = MappingStatus(IN_FULL, is_changing=True)
    await tended.move(opened(600.0))
    await tended.tend()
    assert tended.mappings.changes == [("pages", AT_REST)]
    tended.mappings.kept["characters"] = MappingStatus(IN_FULL)
    await tended.tend()
    assert tended.settings() == [AT_REST, AT_REST]


async def test_a_mapping_that_rests_is_not_set_for_its_concurrency_alone() -> None:
    tended = Tended()
    tended.mappings.kept["pages"] = MappingStatus(MappingSetting(is_enabled=False, concurrency=10))
    await tended.move(opened(600.0))
    await tended.tend()
    assert tended.mappings.changes == [("characters", AT_REST)]


async def test_one_mapping_that_is_gone_does_not_keep_the_other_from_being_set() -> None:
    tended = Tended()
    del tended.mappings.kept["characters"]
    await tended.move(opened(600.0))
    with pytest.raises(StoreUnavailableError):
        await tended.tend()
    assert tended.mappings.changes == [("pages", AT_REST)]


async def test_a_route_that_nobody_uses_any_more_neither_pages_anybody_nor_keeps_the_queues_at_work() -> None:
    tended = Tended(OTHER)
    await tended.move(opened(600.0, OTHER, reason="ProviderAccountError"))
    assert (await tended.tend()).held_for_a_person == 1
    tended.clock.advance(3 * 3600)
    assert (await tended.tend()).held_for_a_person == 0
    now = tended.clock.now()
    await tended.move(state.trip(Circuit(ROUTE), now=now, version="v9", seconds=600.0, reason="503", failures=5))
    assert (await tended.tend()).setting == AT_REST
