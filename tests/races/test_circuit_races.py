"""Of many processes that change a circuit at the same time, one succeeds, and none that acts on an older version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import pytest

from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.circuit_breaker import state
from picturebook.circuit_breaker.outcome_classifier import CallOutcome
from picturebook.circuit_breaker.window import WindowUpdate
from picturebook.models.circuits import Circuit, CircuitState
from tests.fakes.clock import START
from tests.races.circuit_actions import LEASE, Moved, count, enter, enter_or_record, fail_a_call, record
from tests.races.contenders import CONTENDERS
from tests.races.race import Race

OPEN_SECONDS = 30.0
LEASE_END = OPEN_SECONDS + LEASE.total_seconds()

Move = Callable[[Circuit], Circuit]


def opened(circuit: Circuit) -> Circuit:
    return state.trip(circuit, now=START, version="opened", seconds=OPEN_SECONDS, reason="outage", failures=5)


def probing(circuit: Circuit, version: str = "probing") -> Circuit:
    lease_until = opened(circuit).retry_at
    assert lease_until
    return state.elect(opened(circuit), version=version, lease_id=version, lease_until=lease_until + LEASE)


def closed(circuit: Circuit) -> Circuit:
    return state.close(probing(circuit), version="closed")


def unrecorded(circuit: Circuit) -> Circuit:
    return circuit


@pytest.fixture
def store(race: Race) -> DynamoDbCircuitStore:
    return DynamoDbCircuitStore(race.client, "circuits")


@pytest.fixture
def circuits(store: DynamoDbCircuitStore, race: Race) -> Callable[[int, Move], Awaitable[list[Circuit]]]:
    """Write a circuit for each round, of a route of its own."""

    async def write(rounds: int, move: Move) -> list[Circuit]:
        routes = [Circuit(f"openai/{number}") for number in range(rounds)]
        moved = [move(circuit) for circuit in routes]
        return [
            await store.replace(*pair) if move is not unrecorded else pair[1]
            for pair in zip(routes, moved, strict=True)
        ]

    return write


Circuits = Callable[[int, Move], Awaitable[list[Circuit]]]


def winner(found: Sequence[Moved]) -> Circuit:
    """Return the circuit that the one process that made a move made."""
    transitions = [transition for moved in found for transition in moved.transitions]
    assert len(transitions) == 1
    return transitions[0].after


async def test_the_probe_is_won_by_one_process_and_the_others_are_refused(
    race: Race, circuits: Circuits, store: DynamoDbCircuitStore
) -> None:
    started = await circuits(100, opened)
    for results in race.run(enter, [[(circuit, OPEN_SECONDS)] * CONTENDERS for circuit in started]):
        won = winner(results.found)
        assert won.state is CircuitState.HALF_OPEN
        assert sum(moved.is_admitted for moved in results.found) == 1
        assert {moved.stored for moved in results.found} == {won}
        assert await store.read(won.route) == won


@pytest.mark.parametrize("move", [closed, unrecorded], ids=["closed", "never recorded"])
async def test_a_version_trips_once(race: Race, circuits: Circuits, store: DynamoDbCircuitStore, move: Move) -> None:
    started = await circuits(20, move)
    for results in race.run(record, [[(circuit, 0.0, CallOutcome.FATAL)] * CONTENDERS for circuit in started]):
        won = winner(results.found)
        assert won.state is CircuitState.OPEN
        assert won.transitions == (started[0].transitions + 1)
        assert await store.read(won.route) == won


async def test_of_a_takeover_and_late_reports_of_the_stale_prober_one_is_made(
    race: Race, circuits: Circuits, store: DynamoDbCircuitStore
) -> None:
    started = await circuits(30, probing)
    reports = [CallOutcome.SUCCESS, CallOutcome.FAILURE, CallOutcome.NEUTRAL]
    actions: list[CallOutcome | None] = [*reports, *([None] * (CONTENDERS - len(reports)))]
    rounds = [[(circuit, LEASE_END, outcome) for outcome in race.shuffled(actions)] for circuit in started]
    states = set()
    for results in race.run(enter_or_record, rounds):
        won = winner(results.found)
        # A process that comes after a success finds the circuit closed, and may call.
        may_call = {CircuitState.HALF_OPEN: 1, CircuitState.OPEN: 0, CircuitState.CLOSED: CONTENDERS - len(reports)}
        assert sum(moved.is_admitted for moved in results.found) == may_call[won.state]
        assert await store.read(won.route) == won
        states.add(won.state)
    assert CircuitState.HALF_OPEN in states


async def test_a_stale_prober_does_not_change_the_new_probers_circuit(
    race: Race, circuits: Circuits, store: DynamoDbCircuitStore
) -> None:
    stale = await circuits(30, probing)
    current = [await store.replace(circuit, probing(circuit, "taken over")) for circuit in stale]
    outcomes = [CallOutcome.SUCCESS, CallOutcome.FAILURE, CallOutcome.NEUTRAL]
    rounds = []
    for number, (old, new) in enumerate(zip(stale, current, strict=True)):
        own = (new, LEASE_END, outcomes[number % 3])
        late = [(old, LEASE_END, outcomes[contender % 3]) for contender in range(CONTENDERS - 1)]
        rounds.append(race.shuffled([own, *late]))
    after = {
        CallOutcome.SUCCESS: CircuitState.CLOSED,
        CallOutcome.FAILURE: CircuitState.OPEN,
        CallOutcome.NEUTRAL: CircuitState.OPEN,
    }
    for number, results in enumerate(race.run(record, rounds)):
        won = winner(results.found)
        assert won.state is after[outcomes[number % 3]]
        assert won.transitions == current[number].transitions + 1
        assert await store.read(won.route) == won


async def test_of_closing_and_reopening_one_happens(
    race: Race, circuits: Circuits, store: DynamoDbCircuitStore
) -> None:
    started = await circuits(30, probing)
    outcomes = [CallOutcome.SUCCESS, CallOutcome.FAILURE] * (CONTENDERS // 2)
    rounds = [[(circuit, LEASE_END, outcome) for outcome in race.shuffled(outcomes)] for circuit in started]
    for results in race.run(record, rounds):
        won = winner(results.found)
        assert {moved.stored for moved in results.found} == {won}
        assert await store.read(won.route) == won


async def test_failures_of_many_instances_open_the_circuit_once(race: Race, store: DynamoDbCircuitStore) -> None:
    started = [Circuit(f"openai/{number}") for number in range(20)]
    rounds = [[(circuit, f"i-{number}", CONTENDERS) for number in range(CONTENDERS)] for circuit in started]
    for circuit, results in zip(started, race.run(fail_a_call, rounds), strict=True):
        transitions = [transition for found in results.found for transition in found]
        assert [transition.after.state for transition in transitions] == [CircuitState.OPEN]
        stored = await store.read(circuit.route)
        assert stored == transitions[0].after
        assert stored.failures >= 5


async def test_failures_of_two_instances_among_many_leave_the_circuit_closed(
    race: Race, store: DynamoDbCircuitStore
) -> None:
    started = [Circuit(f"openai/{number}") for number in range(10)]
    rounds = [[(circuit, f"i-{number % 2}", CONTENDERS) for number in range(CONTENDERS)] for circuit in started]
    for circuit, results in zip(started, race.run(fail_a_call, rounds), strict=True):
        assert not any(results.found)
        assert await store.read(circuit.route) == circuit


async def test_no_failure_and_no_success_is_lost_in_a_window(race: Race) -> None:
    routes = [f"openai/{number}" for number in range(20)]
    first = [[(WindowUpdate(route, None, f"i-{number}", START),) for number in range(CONTENDERS)] for route in routes]
    for results in race.run(count, first):
        assert sorted(window.failures for window in results.found) == list(range(1, CONTENDERS + 1))
        whole = max(results.found, key=lambda window: window.failures)
        assert whole.instances == {f"i-{number}" for number in range(CONTENDERS)}
    second = [
        [(WindowUpdate(route, None, f"i-{number}", START, START, number % 2),) for number in range(CONTENDERS)]
        for route in routes
    ]
    for results in race.run(count, second):
        whole = max(results.found, key=lambda window: window.failures)
        assert (whole.failures, whole.successes) == (2 * CONTENDERS, CONTENDERS // 2)


async def test_late_failures_of_an_earlier_circuit_are_not_counted_among_those_of_the_current_one(
    race: Race, circuits: Circuits
) -> None:
    started = await circuits(10, closed)
    rounds = [
        [(WindowUpdate(circuit.route, circuit.version if n % 2 else None, f"i-{n}", START),) for n in range(CONTENDERS)]
        for circuit in started
    ]
    for results in race.run(count, rounds):
        assert results.found[::2] == [None] * (CONTENDERS // 2)
        counted = sorted(window.failures for window in results.found[1::2])
        assert counted == list(range(1, CONTENDERS // 2 + 1))
