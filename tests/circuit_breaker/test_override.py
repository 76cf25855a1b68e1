"""An operator's override takes precedence over the circuit for a time, and does not change it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from picturebook.circuit_breaker import state
from picturebook.circuit_breaker.state import CallDecision
from picturebook.errors import CircuitOpenError, ProviderAccountError, ProviderUnavailableError
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState
from tests.circuit_breaker.test_breaker import ROUTE, Fleet, Pending, answering
from tests.fakes.clock import START

DOWN = ProviderUnavailableError("down")


async def force(fleet: Fleet, to: CircuitState, *, seconds: float = 3600) -> None:
    now = fleet.clock.now()
    override = CircuitOverride(to, "mira", "because", set_at=now, expires_at=now + timedelta(seconds=seconds))
    await fleet.store.put_override(ROUTE, override)
    fleet.clock.advance(5)  # the breaker's cached circuit has expired


async def test_a_circuit_forced_open_refuses_until_that_expires() -> None:
    fleet = Fleet()
    await fleet.call()
    await force(fleet, CircuitState.OPEN, seconds=100)
    with pytest.raises(CircuitOpenError) as refused:
        await fleet.call(AssertionError("must not be called"))
    assert refused.value.retry_after == 95
    assert refused.value.details == {"route": ROUTE, "state": "OPEN", "reason": "by mira"}
    fleet.clock.advance(95)
    assert await fleet.call() == "picture"


async def test_a_call_refused_for_days_may_retry_in_ten_minutes() -> None:
    fleet = Fleet()
    await force(fleet, CircuitState.OPEN, seconds=3 * 86_400)
    with pytest.raises(CircuitOpenError) as refused:
        await fleet.call()
    assert refused.value.retry_after == 600


async def test_a_circuit_forced_closed_lets_calls_through_an_outage() -> None:
    fleet = Fleet()
    await fleet.fail(times=5)
    await force(fleet, CircuitState.CLOSED)
    assert await fleet.call() == "picture"


@pytest.mark.parametrize("probing", [False, True])
@pytest.mark.parametrize("outcome", ["picture", DOWN, ProviderAccountError("quota")], ids=str)
async def test_calls_under_an_override_change_no_circuit(outcome: Exception | str, probing: bool) -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    probe = await Pending(fleet.instances[0]).begin() if probing else None
    await force(fleet, CircuitState.CLOSED)
    before, moves = await fleet.store.read(ROUTE), len(fleet.transitions)
    for _ in range(6):
        if isinstance(outcome, Exception):
            await fleet.fail(error=outcome)
        else:
            await fleet.call(outcome)
    assert await fleet.store.read(ROUTE) == before
    assert len(fleet.transitions) == moves
    if probe:
        await probe.end()
        assert await fleet.state() is CircuitState.CLOSED


async def test_failures_under_an_override_open_nothing_when_it_ends() -> None:
    fleet = Fleet()
    await force(fleet, CircuitState.CLOSED, seconds=100)
    await fleet.fail(times=20)
    fleet.clock.advance(100)
    assert await fleet.call() == "picture"
    assert await fleet.state() is CircuitState.CLOSED


async def test_a_probe_that_was_under_way_still_counts() -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    probe = await Pending(fleet.instances[0]).begin()
    await force(fleet, CircuitState.OPEN)
    await probe.end()
    assert await fleet.state() is CircuitState.CLOSED
    with pytest.raises(CircuitOpenError):
        await fleet.call()


async def test_a_probe_won_before_the_override_was_visible_is_settled() -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    read_before = await fleet.store.read(ROUTE)
    await force(fleet, CircuitState.OPEN)
    probe = await Pending(fleet.instances[0], read_before).begin()
    assert await fleet.state() is CircuitState.HALF_OPEN
    await probe.end()
    assert await fleet.state() is CircuitState.CLOSED


async def test_a_call_that_loses_the_probe_obeys_the_stored_override() -> None:
    fleet = Fleet(size=2)
    await fleet.fail(times=3)
    await fleet.fail(times=2, instance=1)
    fleet.clock.advance(30)
    read_before = await fleet.store.read(ROUTE)
    assert await fleet.call() == "picture"
    await force(fleet, CircuitState.OPEN)
    with pytest.raises(CircuitOpenError):
        await fleet.instances[1].call(ROUTE, answering("must not be called"), circuit=read_before)


async def test_an_override_also_holds_for_an_instance_that_stopped_alone() -> None:
    fleet = Fleet(size=20)
    await fleet.fail(times=5, instance=7)
    with pytest.raises(CircuitOpenError, match="only this instance"):
        await fleet.call(instance=7)
    await force(fleet, CircuitState.CLOSED)
    assert await fleet.call(instance=7) == "picture"


async def test_a_snapshot_with_an_override_is_enough_to_obey_it() -> None:
    fleet = Fleet()
    override = CircuitOverride(CircuitState.OPEN, "mira", "x", set_at=START, expires_at=START + timedelta(hours=1))
    with pytest.raises(CircuitOpenError):
        await fleet.instances[0].call(ROUTE, answering("picture"), circuit=Circuit(ROUTE, override=override))
    assert fleet.store.requests == []


def test_no_probe_is_due_before_the_override_has_expired() -> None:
    opened = state.trip(Circuit(ROUTE), now=START, version="v1", seconds=30, reason="x", failures=5)
    for to, found, wait in (
        (CircuitState.OPEN, CallDecision.REFUSE, 60.0),
        (CircuitState.CLOSED, CallDecision.ADMIT, 0.0),
    ):
        override = CircuitOverride(to, "mira", "x", set_at=START, expires_at=START + timedelta(seconds=100))
        forced = Circuit(ROUTE, CircuitState.OPEN, "v1", retry_at=opened.retry_at, override=override)
        assert state.decide(forced, START + timedelta(seconds=40)) is found
        assert state.seconds_until_probe(forced, START + timedelta(seconds=40)) == wait
        assert state.decide(forced, START + timedelta(seconds=100)) is CallDecision.PROBE


def test_every_transition_keeps_the_override() -> None:
    override = CircuitOverride(CircuitState.OPEN, "mira", "x", set_at=START, expires_at=START)
    opened = state.trip(Circuit(ROUTE, override=override), now=START, version="v1", seconds=30, reason="x", failures=5)
    probing = state.elect(opened, version="v2", lease_id="me", lease_until=START)
    moves = [
        opened,
        probing,
        state.close(probing, version="v3"),
        state.reopen(probing, now=START, version="v3", seconds=60, reason="x"),
        state.release(probing, now=START, version="v3"),
    ]
    assert [move.override for move in moves] == [override] * 5
