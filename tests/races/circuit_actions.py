"""What processes do to circuits at once. Imported by each of them, so nothing here knows the tests."""

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
from picturebook.circuit_breaker.state import CallPermission
from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.errors import OutcomeUnknownError, ProviderUnavailableError
from picturebook.models.circuits import Circuit, Transition
from tests.fakes.clock import FakeClock
from tests.races.contenders import Player

CIRCUITS = "circuits"
LEASE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a process saw: the circuit as it was told, whether it may call, and the moves that it made."""

    kept: Circuit
    is_admitted: bool
    transitions: Sequence[Transition]


@dataclass(slots=True)
class _Witness:
    """Remembers the moves that this process made."""

    transitions: list[Transition] = field(default_factory=list)

    async def see(self, transition: Transition) -> None:
        self.transitions.append(transition)


async def enter(player: Player, circuit: Circuit, at: float) -> Moved:
    """Ask to call under `circuit`, `at` seconds after the clock's start; where a probe is due, compete for it."""
    fleet, witness, clock = _fleet(player, at)
    kept, found = await fleet.enter(circuit, clock.now() + LEASE)
    return Moved(kept, found is not CallPermission.REFUSE, witness.transitions)


async def note(player: Player, circuit: Circuit, at: float, outcome: CallOutcome) -> Moved:
    """Report the outcome of a call that was admitted under `circuit`."""
    fleet, witness, _ = _fleet(player, at)
    await fleet.note(circuit, outcome, OutcomeUnknownError("late"))
    return Moved(await fleet.current(circuit.route, None), is_admitted=False, transitions=witness.transitions)


async def enter_or_note(player: Player, circuit: Circuit, at: float, outcome: CallOutcome | None) -> Moved:
    """Report an outcome, or, without one, ask to call."""
    return await enter(player, circuit, at) if outcome is None else await note(player, circuit, at, outcome)


async def fail_a_call(player: Player, circuit: Circuit, instance_id: str, instances_seen: int) -> Sequence[Transition]:
    """Make a call that fails, as one of the instances, and return the moves that this made."""
    witness = _Witness()
    breaker = CircuitBreaker(
        DynamoDbCircuitStore(player.client, CIRCUITS),
        clock=FakeClock(),
        random_source=SystemRandomSource(),
        instance_id=instance_id,
        on_transition=witness.see,
        instances_seen=lambda _route: instances_seen,
    )

    async def fail() -> None:
        raise ProviderUnavailableError("503")

    try:
        await breaker.call(circuit.route, fail, circuit=circuit)
    except ProviderUnavailableError:
        return witness.transitions
    raise AssertionError("the call went well")


async def count(player: Player, update: WindowUpdate) -> Window | None:
    """Count a failure, and successes with it."""
    return await DynamoDbCircuitStore(player.client, CIRCUITS).count_failure(update)


def _fleet(player: Player, at: float) -> tuple[FleetCircuits, _Witness, FakeClock]:
    clock, witness = FakeClock(), _Witness()
    clock.advance(at)
    around = BreakerParts(
        store=DynamoDbCircuitStore(player.client, CIRCUITS),
        config=CircuitConfig(),
        clock=clock,
        random_source=SystemRandomSource(),
        instance_id=f"contender-{player.number}",
        on_transition=witness.see,
        instances_seen=lambda _route: 16,
    )
    return FleetCircuits(around), witness, clock
