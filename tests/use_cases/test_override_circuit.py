from __future__ import annotations

from datetime import timedelta

import pytest

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.circuit_breaker import state
from picturebook.errors import ImageValidationError
from picturebook.models.circuits import Circuit, CircuitState
from picturebook.use_cases.override_circuit import CircuitOverrides
from tests.fakes.clock import FakeClock
from tests.fakes.recording_event_publisher import RecordingEventPublisher

ROUTE = "api.openai.com/gpt-image-2"
HOUR = timedelta(hours=1)


class Operator:
    """A person who overrides circuits."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = InMemoryCircuitStore()
        self.events = RecordingEventPublisher()
        self.overrides = CircuitOverrides(self.store, self.events, self.clock)

    async def force(self, to: CircuitState = CircuitState.OPEN, **changes: object) -> Circuit:
        order: dict[str, object] = {"actor": "mira", "reason": "maintenance", "lasting": HOUR, **changes}
        route = str(order.pop("route", ROUTE))
        return await self.overrides.force(route, state=to, **order)  # type: ignore[arg-type]  # tests pass bad ones

    def published(self) -> list[tuple[str, object, object]]:
        return [(event.detail_type, event.data["reason"], event.data["actor"]) for event in self.events.events]


async def test_an_override_holds_for_its_time_and_is_announced_with_its_actor() -> None:
    operator = Operator()
    circuit = await operator.force(CircuitState.OPEN)
    assert circuit == await operator.store.read(ROUTE)
    assert state.forced(circuit, operator.clock.now()) is CircuitState.OPEN
    assert state.forced(circuit, operator.clock.now() + HOUR) is None
    [event] = operator.events.events
    assert event.data == {
        "route": ROUTE,
        "state": "OPEN",
        "reason": "override",
        "actor": "mira",
        "explanation": "maintenance",
        "expires_at": (operator.clock.now() + HOUR).isoformat(),
    }
    await operator.force(CircuitState.CLOSED)
    assert operator.published() == [("CircuitOpened", "override", "mira"), ("CircuitClosed", "override", "mira")]


async def test_what_is_taken_back_is_announced_as_what_the_circuit_is_by_itself() -> None:
    operator = Operator()
    now = operator.clock.now()
    opened = state.trip(Circuit(ROUTE), now=now, version="v1", seconds=30, reason="x", failures=5)
    await operator.store.replace(Circuit(ROUTE), opened)
    await operator.force(CircuitState.CLOSED)
    assert await operator.overrides.end(ROUTE, actor="tock") == opened
    assert operator.published()[1:] == [("CircuitOpened", "override ended", "tock")]
    ids = {event.metadata.event_id for event in operator.events.events}
    assert len(ids) == 2


async def test_what_does_not_hold_is_taken_back_in_silence() -> None:
    operator = Operator()
    await operator.overrides.end(ROUTE, actor="tock")
    await operator.force()
    operator.clock.advance(3600)
    await operator.overrides.end(ROUTE, actor="tock")
    assert len(operator.events.events) == 1
    assert (await operator.store.read(ROUTE)).override is None


async def test_all_circuits_are_shown() -> None:
    operator = Operator()
    await operator.force(route="b/m")
    await operator.force(route="a/m")
    assert [circuit.route for circuit in await operator.overrides.list_circuits()] == ["a/m", "b/m"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lasting", timedelta(0)),
        ("lasting", timedelta(days=7, seconds=1)),
        ("actor", " "),
        ("actor", "mira\nroot"),
        ("reason", ""),
        ("reason", "x" * 201),
        ("route", "gpt-image-2"),
        ("route", "a/m#override"),
        ("route", "a/" + "m" * 300),
    ],
)
async def test_an_override_that_is_not_well_founded_is_refused(field: str, value: object) -> None:
    operator = Operator()
    with pytest.raises(ImageValidationError) as refused:
        await operator.force(CircuitState.OPEN, **{field: value})
    assert refused.value.issue == field
    assert await operator.store.list_circuits() == []
    assert operator.events.events == []


async def test_a_probe_cannot_be_forced() -> None:
    with pytest.raises(ImageValidationError, match="OPEN or CLOSED"):
        await Operator().force(CircuitState.HALF_OPEN)
