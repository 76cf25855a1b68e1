"""Fifty instances in an outage: how many calls it takes, what is paid after it is known, and clocks that differ."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.errors import CircuitOpenError, ProviderUnavailableError
from picturebook.models.circuits import CircuitState
from tests.circuit_breaker.test_breaker import ROUTE, Fleet
from tests.fakes.clock import START, FakeClock, FakeRandomSource

FIFTY = 50
DOWN = ProviderUnavailableError("HTTP 503", details={"status": 503})


async def test_five_recorded_failures_of_fifty_instances_open_the_circuit_and_only_calls_in_flight_are_made() -> None:
    fleet = Fleet(size=FIFTY)
    release = asyncio.Event()
    begun: list[int] = []

    async def call(instance: int) -> None:
        async def operation() -> str:
            begun.append(instance)
            await release.wait()
            raise DOWN

        # As a function does, which reads the circuit with its picture.
        circuit = await fleet.store.read(ROUTE)
        await fleet.instances[instance].call(ROUTE, operation, circuit=circuit)

    # Ten are in flight when the service goes; the others come after them.
    in_flight = [asyncio.create_task(call(instance)) for instance in range(10)]
    await asyncio.sleep(0)
    release.set()
    outcomes = await asyncio.gather(*in_flight, return_exceptions=True)
    later = await asyncio.gather(*(call(instance) for instance in range(FIFTY)), return_exceptions=True)
    assert all(isinstance(outcome, ProviderUnavailableError) for outcome in outcomes)
    assert all(isinstance(outcome, CircuitOpenError) for outcome in later)
    assert len(begun) == 10
    [opened] = fleet.transitions
    assert (opened.after.state, opened.after.failures) == (CircuitState.OPEN, 5)


async def test_four_of_five_failing_among_the_successes_of_a_whole_fleet_open_the_circuit() -> None:
    fleet = Fleet(size=20)
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    random_source = random.Random(seed)  # noqa: S311  which calls fail
    calls = 0
    while await fleet.state() is CircuitState.CLOSED:
        instance = random_source.randrange(20)
        try:
            await (fleet.fail(instance=instance) if random_source.random() < 0.8 else fleet.call(instance=instance))
        except CircuitOpenError:
            pytest.fail("an instance stopped before the fleet did")
        fleet.clock.advance(0.5)
        calls += 1
        assert calls <= 60, "sixty calls did not open it"


@pytest.mark.parametrize("apart", [timedelta(seconds=30), timedelta(seconds=-30)], ids=["ahead", "behind"])
async def test_a_clock_half_a_minute_off_costs_at_most_one_probe_more(apart: timedelta) -> None:
    store, random_source = InMemoryCircuitStore(), FakeRandomSource()
    clocks = [FakeClock(), FakeClock(START + apart)]
    fleet = [CircuitBreaker(store, clock=clock, random_source=random_source) for clock in clocks]
    called: list[int] = []

    async def fails(instance: int) -> str:
        called.append(instance)
        raise DOWN

    async def all_workers_try() -> None:
        for instance, breaker in enumerate(fleet):
            with pytest.raises((CircuitOpenError, ProviderUnavailableError)):
                await breaker.call(ROUTE, lambda instance=instance: fails(instance))  # type: ignore[misc]

    while (await store.read(ROUTE)).state is CircuitState.CLOSED:
        await all_workers_try()
    called.clear()
    probes_due = 0
    for _ in range(8):
        before = await store.read(ROUTE)
        assert before.retry_at
        probes_due += 1
        # By the clock that is behind, the probe is due; the one ahead may have probed half a minute earlier.
        wait = max((before.retry_at - clock.now()).total_seconds() for clock in clocks)
        for _ in range(int(wait) + 1):
            for clock in clocks:
                clock.advance(1)
            await all_workers_try()
            kept = await store.read(ROUTE)
            assert kept.state is CircuitState.OPEN, "a probe that failed leaves it open"
            if kept.open_count > before.open_count:
                break
    assert len(called) <= probes_due + 1
