"""What several processes do to circuits at the same time. Each process imports it, so it imports no tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.system_clock import SystemRandomSource
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.fleet_circuits import BreakerParts, FleetCircuits
from picturebook.circuit_breaker.outcome_classifier import CallOutcome
from picturebook.circuit_breaker.state import CallDecision
from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.errors import OutcomeUnknownError, ProviderUnavailableError
from picturebook.models.circuits import Circuit, Transition
from tests.fakes.clock import FakeClock
from tests.races.contenders import Contender

CIRCUITS = "circuits"
LEASE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a process got: the circuit, whether it may call, and the transitions that it made."""

    stored: Circuit
    is_admitted: bool
    transitions: Sequence[Transition]


@dataclass(slots=True)
class _TransitionRecorder:
    """Records the transitions that this process made."""

    transitions: list[Transition] = field(default_factory=list)

    async def see(self, transition: Transition) -> None:
        self.transitions.append(transition)


async def enter(contender: Contender, circuit: Circuit, at: float) -> Moved:
    """Ask to call under `circuit`, `at` seconds after the clock's start; if a probe is due, compete for it."""
    fleet, recorder, clock = _fleet(contender, at)
    stored, found = await fleet.enter(circuit, clock.now() + LEASE)
    return Moved(stored, found is not CallDecision.REFUSE, recorder.transitions)


async def record(contender: Contender, circuit: Circuit, at: float, outcome: CallOutcome) -> Moved:
    """Report the outcome of a call that was admitted under `circuit`."""
    fleet, recorder, _ = _fleet(contender, at)
    await fleet.record(circuit, outcome, OutcomeUnknownError("late"))
    return Moved(await fleet.current(circuit.route, None), is_admitted=False, transitions=recorder.transitions)


async def enter_or_record(contender: Contender, circuit: Circuit, at: float, outcome: CallOutcome | None) -> Moved:
    """Report an outcome, or, without one, ask to call."""
    return await enter(contender, circuit, at) if outcome is None else await record(contender, circuit, at, outcome)


async def fail_a_call(
    contender: Contender, circuit: Circuit, instance_id: str, instances_seen: int
) -> Sequence[Transition]:
    """Make a call that fails, as one of the instances, and return the moves that this made."""
    recorder = _TransitionRecorder()
    breaker = CircuitBreaker(
        DynamoDbCircuitStore(contender.client, CIRCUITS),
        clock=FakeClock(),
        random_source=SystemRandomSource(),
        instance_id=instance_id,
        on_transition=recorder.see,
        instances_seen=lambda _route: instances_seen,
    )

    async def fail() -> None:
        raise ProviderUnavailableError("503")

    try:
        await breaker.call(circuit.route, fail, circuit=circuit)
    except ProviderUnavailableError:
        return recorder.transitions
    raise AssertionError("the call went well")


async def count(contender: Contender, update: WindowUpdate) -> Window | None:
    """Count a failure, and successes with it."""
    return await DynamoDbCircuitStore(contender.client, CIRCUITS).count_failure(update)


def _fleet(contender: Contender, at: float) -> tuple[FleetCircuits, _TransitionRecorder, FakeClock]:
    clock, recorder = FakeClock(), _TransitionRecorder()
    clock.advance(at)
    around = BreakerParts(
        store=DynamoDbCircuitStore(contender.client, CIRCUITS),
        config=CircuitConfig(),
        clock=clock,
        random_source=SystemRandomSource(),
        instance_id=f"contender-{contender.number}",
        on_transition=recorder.see,
        instances_seen=lambda _route: 16,
    )
    return FleetCircuits(around), recorder, clock
