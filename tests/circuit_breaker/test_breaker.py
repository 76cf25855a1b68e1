from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.errors import (
    CircuitOpenError,
    ImageProcessingError,
    PromptRefusedError,
    ProviderAccountError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RequestRefusedError,
    StoreUnavailableError,
    WaitError,
)
from picturebook.models.circuits import Circuit, CircuitState, Transition
from tests.fakes.clock import FakeClock, FakeRandomSource

ROUTE = "openai/gpt-image-2"


class RecordingStore(InMemoryCircuitStore):
    """Counts requests as DynamoDB would see them; `is_away` makes each of them fail."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[str] = []
        self.is_away = False

    def _record(self, name: str) -> None:
        self.requests.append(name)
        if self.is_away:
            raise StoreUnavailableError("away")

    async def read(self, route: str) -> Circuit:
        self._record("read")
        return await super().read(route)

    async def replace(self, before: Circuit, after: Circuit) -> Circuit:
        self._record("replace")
        return await super().replace(before, after)

    async def count_failure(self, update: WindowUpdate) -> Window | None:
        self._record("count_failure")
        return await super().count_failure(update)

    async def count_successes(self, update: WindowUpdate) -> Window | None:
        self._record("count_successes")
        return await super().count_successes(update)


class Fleet:
    """Instances that share a store, a clock and a random source."""

    def __init__(self, size: int = 1, config: CircuitConfig | None = None) -> None:
        self.clock = FakeClock()
        self.random_source = FakeRandomSource()
        self.store = RecordingStore()
        self.transitions: list[Transition] = []
        self.instances = [
            CircuitBreaker(
                self.store,
                config or CircuitConfig(),
                clock=self.clock,
                random_source=self.random_source,
                instance_id=f"instance-{number}",
                on_transition=self._record,
                instances_seen=lambda _route: size,
            )
            for number in range(size)
        ]

    async def _record(self, transition: Transition) -> None:
        self.transitions.append(transition)

    async def call(self, outcome: BaseException | str = "picture", instance: int = 0) -> str:
        return await self.instances[instance].call(ROUTE, answering(outcome))

    async def fail(self, times: int = 1, instance: int = 0, error: Exception | None = None) -> None:
        for _ in range(times):
            failure = error or ProviderUnavailableError("down")
            with pytest.raises(type(failure)):
                await self.call(failure, instance)

    async def state(self) -> CircuitState:
        return (await self.instances[0].circuit(ROUTE)).state

    async def open_and_wait(self) -> None:
        """Open the circuit, and let its open time pass."""
        await self.fail(times=5)
        assert await self.state() is CircuitState.OPEN
        self.clock.advance(30)


def answering(outcome: BaseException | str) -> Callable[[], Awaitable[str]]:
    async def operation() -> str:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return operation


class Pending:
    """A call that ends when the test says so."""

    def __init__(self, breaker: CircuitBreaker, circuit: Circuit | None = None) -> None:
        self._outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(breaker.call(ROUTE, self._operation, circuit=circuit))

    async def _operation(self) -> str:
        return await self._outcome

    async def begin(self) -> Pending:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return self

    async def end(self, outcome: Exception | str = "picture") -> None:
        if isinstance(outcome, Exception):
            self._outcome.set_exception(outcome)
        else:
            self._outcome.set_result(outcome)
        await asyncio.gather(self.task, return_exceptions=True)


async def test_a_healthy_call_with_a_snapshot_costs_no_request() -> None:
    fleet = Fleet()
    for _ in range(50):
        assert await fleet.instances[0].call(ROUTE, answering("picture"), circuit=Circuit(ROUTE)) == "picture"
    assert fleet.store.requests == []


async def test_without_a_snapshot_a_circuit_is_read_once_per_few_seconds() -> None:
    fleet = Fleet()
    for _ in range(10):
        await fleet.call()
    assert fleet.store.requests == ["read"]
    fleet.clock.advance(5)
    await fleet.call()
    assert fleet.store.requests == ["read", "read"]


async def test_five_failures_open_the_circuit_and_the_sixth_call_is_not_made() -> None:
    fleet = Fleet()
    await fleet.fail(times=4)
    assert await fleet.state() is CircuitState.CLOSED
    await fleet.fail()
    assert await fleet.state() is CircuitState.OPEN
    with pytest.raises(CircuitOpenError) as refused:
        await fleet.call(AssertionError("must not be called"))
    assert refused.value.retry_after == pytest.approx(22.5)
    assert refused.value.generation_step == "circuit_breaker"
    assert refused.value.details["reason"] == "ProviderUnavailableError"


async def test_a_stale_snapshot_does_not_let_a_retry_through_after_our_own_trip() -> None:
    fleet = Fleet()
    snapshot = Circuit(ROUTE)
    for _ in range(5):
        with pytest.raises(ProviderUnavailableError):
            await fleet.instances[0].call(ROUTE, answering(ProviderUnavailableError("down")), circuit=snapshot)
    with pytest.raises(CircuitOpenError):
        await fleet.instances[0].call(ROUTE, answering("picture"), circuit=snapshot)


async def test_an_instance_learns_from_its_failure_that_the_fleet_has_opened_the_circuit() -> None:
    fleet = Fleet(size=2)
    snapshot = Circuit(ROUTE)
    await fleet.fail(times=5, instance=0)
    with pytest.raises(ProviderUnavailableError):
        await fleet.instances[1].call(ROUTE, answering(ProviderUnavailableError("down")), circuit=snapshot)
    with pytest.raises(CircuitOpenError):
        await fleet.instances[1].call(ROUTE, answering("picture"), circuit=snapshot)


async def test_failures_count_across_instances() -> None:
    fleet = Fleet(size=20)
    for instance in range(5):
        await fleet.fail(instance=instance)
    assert await fleet.state() is CircuitState.OPEN


async def test_after_an_outage_began_twenty_instances_pay_for_at_most_ten_calls() -> None:
    fleet = Fleet(size=20)
    for instance in range(20):
        for _ in range(10):
            await fleet.call(instance=instance)
    await fleet.fail(instance=3)
    for instance in range(20):
        for _ in range(10):
            await fleet.call(instance=instance)
            fleet.clock.advance(0.1)
    calls = 0
    while await fleet.state() is CircuitState.CLOSED:
        await fleet.fail(instance=calls % 20)
        calls += 1
    assert calls <= 10


async def test_eighty_percent_failures_open_a_fleet_of_one() -> None:
    fleet = Fleet()
    calls = 0
    while await fleet.state() is CircuitState.CLOSED:
        await (fleet.call() if calls % 5 == 2 else fleet.fail())
        calls += 1
        fleet.clock.advance(1)
    assert calls <= 10


async def test_twenty_percent_failures_do_not_open_it() -> None:
    fleet = Fleet()
    for number in range(200):
        await (fleet.fail() if number % 5 == 2 else fleet.call())
        fleet.clock.advance(1)
    assert await fleet.state() is CircuitState.CLOSED


async def test_unwritten_successes_count_before_the_circuit_opens() -> None:
    fleet = Fleet(size=2)
    await fleet.fail(times=4, instance=0)
    fleet.clock.advance(1)
    for _ in range(10):
        await fleet.call(instance=1)
    await fleet.fail(instance=1)
    assert await fleet.state() is CircuitState.CLOSED


async def test_one_bad_instance_among_twenty_leaves_the_fleet_closed() -> None:
    fleet = Fleet(size=20)
    await fleet.fail(times=5, instance=7)
    assert await fleet.state() is CircuitState.CLOSED
    assert await fleet.call(instance=8) == "picture"


async def test_the_bad_instance_stops_calling_until_its_own_probe_succeeds() -> None:
    fleet = Fleet(size=20)
    await fleet.fail(times=5, instance=7)
    with pytest.raises(CircuitOpenError, match="only this instance fails") as refused:
        await fleet.call(instance=7)
    assert refused.value.retry_after == pytest.approx(22.5)
    fleet.clock.advance(22.5)
    probe = await Pending(fleet.instances[7]).begin()
    with pytest.raises(CircuitOpenError):
        await fleet.call(instance=7)
    await probe.end()
    assert await fleet.call(instance=7) == "picture"
    assert fleet.transitions == []


async def test_an_instance_that_fails_and_succeeds_in_permit_with_more_successes_goes_on() -> None:
    fleet = Fleet(size=20)
    for number in range(60):
        await (fleet.fail(instance=7) if number % 3 == 0 else fleet.call(instance=7))
    assert await fleet.call(instance=7) == "picture"


async def test_a_stale_probe_of_a_bad_instance_changes_nothing() -> None:
    fleet = Fleet(size=20)
    await fleet.fail(times=5, instance=7)
    fleet.clock.advance(30)
    stale = await Pending(fleet.instances[7]).begin()
    fleet.clock.advance(300)
    newer = await Pending(fleet.instances[7]).begin()
    await stale.end()
    with pytest.raises(CircuitOpenError):
        await fleet.call(instance=7)
    await newer.end()
    assert await fleet.call(instance=7) == "picture"


async def test_the_fleets_recovery_frees_an_instance_that_had_stopped_alone() -> None:
    fleet = Fleet(size=20)
    await fleet.fail(times=5, instance=7)
    for instance in (8, 9):
        await fleet.fail(instance=instance)
    assert await fleet.state() is CircuitState.OPEN
    fleet.clock.advance(5)
    with pytest.raises(CircuitOpenError, match="ProviderUnavailableError"):
        await fleet.call(instance=7)
    fleet.clock.advance(17.5)
    await fleet.call(instance=8)
    fleet.clock.advance(5)
    assert await fleet.call(instance=7) == "picture"


async def test_a_refusal_never_opens_it() -> None:
    fleet = Fleet()
    for refusal in (PromptRefusedError("no"), RequestRefusedError("no"), ProviderThrottledError("slow")):
        await fleet.fail(times=100, error=refusal)
    assert await fleet.state() is CircuitState.CLOSED
    assert fleet.store.requests.count("count_failure") == 0


async def test_spent_quota_opens_it_at_once() -> None:
    fleet = Fleet()
    await fleet.fail(error=ProviderAccountError("quota"))
    assert await fleet.state() is CircuitState.OPEN


async def test_a_late_success_does_not_close_a_newer_circuit() -> None:
    fleet = Fleet()
    late = await Pending(fleet.instances[0]).begin()
    await fleet.fail(times=5)
    await late.end()
    assert await fleet.state() is CircuitState.OPEN


async def test_late_failures_do_not_open_a_circuit_that_has_recovered() -> None:
    fleet = Fleet()
    late = [await Pending(fleet.instances[0]).begin() for _ in range(10)]
    await fleet.open_and_wait()
    await fleet.call()
    assert await fleet.state() is CircuitState.CLOSED
    for call in late:
        await call.end(ProviderUnavailableError("down"))
    assert await fleet.state() is CircuitState.CLOSED
    await fleet.fail(times=4)
    assert await fleet.state() is CircuitState.CLOSED


async def test_exactly_one_of_a_hundred_contenders_probes() -> None:
    fleet = Fleet(size=4)
    await fleet.fail(times=2, instance=0)
    await fleet.fail(times=3, instance=1)
    fleet.clock.advance(30)
    calls = [await Pending(fleet.instances[number % 4]).begin() for number in range(100)]
    refused = [call for call in calls if call.task.done()]
    assert len(refused) == 99
    assert all(isinstance(call.task.exception(), CircuitOpenError) for call in refused)
    for call in calls:
        if call not in refused:
            await call.end()
    assert await fleet.state() is CircuitState.CLOSED


async def test_of_contenders_for_a_due_probe_one_wins_and_the_others_get_the_time_to_wait() -> None:
    fleet = Fleet(size=4)
    await fleet.fail(times=3, instance=0)
    await fleet.fail(times=2, instance=1)
    fleet.clock.advance(30)
    seen = await fleet.store.read(ROUTE)
    probe = Pending(fleet.instances[0], circuit=seen)
    await probe.begin()
    for contender in fleet.instances[1:]:
        with pytest.raises(CircuitOpenError) as refused:
            await contender.call(ROUTE, answering("picture"), circuit=seen)
        assert refused.value.retry_after == pytest.approx(30)
    await probe.end()
    assert await fleet.state() is CircuitState.CLOSED


async def test_a_contender_that_finds_the_circuit_closed_calls() -> None:
    fleet = Fleet(size=4)
    await fleet.fail(times=3, instance=0)
    await fleet.fail(times=2, instance=1)
    fleet.clock.advance(30)
    seen = await fleet.store.read(ROUTE)
    await fleet.instances[0].call(ROUTE, answering("picture"), circuit=seen)
    assert await fleet.instances[3].call(ROUTE, answering("picture"), circuit=seen) == "picture"
    assert [transition.after.state.value for transition in fleet.transitions] == ["OPEN", "HALF_OPEN", "CLOSED"]


async def test_an_expired_probe_lease_is_taken_over_and_its_late_outcome_changes_nothing() -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    stale = await Pending(fleet.instances[0]).begin()
    fleet.clock.advance(300)
    newer = await Pending(fleet.instances[0]).begin()
    await stale.end()
    assert await fleet.state() is CircuitState.HALF_OPEN
    await newer.end(ProviderUnavailableError("down"))
    assert await fleet.state() is CircuitState.OPEN


async def test_the_lease_ends_with_the_probers_own_deadline() -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    deadline = fleet.clock.now() + timedelta(seconds=60)

    async def look() -> Circuit:
        return await fleet.store.read(ROUTE)

    probing = await fleet.instances[0].call(ROUTE, look, deadline=deadline)
    assert probing.lease_until == deadline + timedelta(seconds=5)


@pytest.mark.parametrize(
    "answer", [PromptRefusedError("no"), RequestRefusedError("no"), ProviderThrottledError("slow", retry_after=9)]
)
async def test_a_probe_that_is_answered_closes_the_circuit(answer: Exception) -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    await fleet.fail(error=answer)
    assert await fleet.state() is CircuitState.CLOSED


@pytest.mark.parametrize(
    "outcome",
    [
        ImageProcessingError("unusable"),
        StoreUnavailableError("away"),
        WaitError("no permit", generation_step="rate_limit"),
    ],
)
async def test_a_probe_with_a_neutral_outcome_is_released(outcome: Exception) -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    await fleet.fail(error=outcome)
    assert await fleet.state() is CircuitState.OPEN
    assert await fleet.call() == "picture"


async def test_a_cancelled_probe_is_released() -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    probe = await Pending(fleet.instances[0]).begin()
    probe.task.cancel()
    await asyncio.gather(probe.task, return_exceptions=True)
    assert probe.task.cancelled()
    assert await fleet.call() == "picture"
    assert await fleet.state() is CircuitState.CLOSED


async def test_the_open_time_grows_with_each_failed_probe_up_to_its_limit() -> None:
    fleet = Fleet()
    await fleet.fail(times=5)
    waits = []
    for _ in range(8):
        with pytest.raises(CircuitOpenError) as refused:
            await fleet.call()
        assert refused.value.retry_after is not None
        waits.append(refused.value.retry_after)
        fleet.clock.advance(refused.value.retry_after)
        await fleet.fail()
    assert waits == pytest.approx([22.5, 45, 90, 180, 360, 450, 450, 450])


async def test_retry_after_lengthens_the_open_time() -> None:
    fleet = Fleet()
    await fleet.fail(times=5, error=ProviderUnavailableError("down", retry_after=120.0))
    with pytest.raises(CircuitOpenError) as refused:
        await fleet.call()
    assert refused.value.retry_after == pytest.approx(120)


async def test_a_retry_after_of_a_week_does_not_open_the_circuit_for_a_week() -> None:
    fleet = Fleet()
    await fleet.fail(times=5, error=ProviderUnavailableError("down", retry_after=604_800.0))
    with pytest.raises(CircuitOpenError) as refused:
        await fleet.call()
    assert refused.value.retry_after == pytest.approx(3600)


async def test_every_transition_is_published_once() -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    await fleet.fail()
    fleet.clock.advance(60)
    await fleet.call()
    states = [transition.after.state.value for transition in fleet.transitions]
    assert states == ["OPEN", "HALF_OPEN", "OPEN", "HALF_OPEN", "CLOSED"]
    assert [transition.after.transitions for transition in fleet.transitions] == [1, 2, 3, 4, 5]
    assert len({transition.after.version for transition in fleet.transitions}) == 5


async def test_a_result_survives_a_store_that_is_away_when_it_is_recorded(caplog: pytest.LogCaptureFixture) -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    probe = await Pending(fleet.instances[0]).begin()
    fleet.store.is_away = True
    await probe.end("picture")
    assert probe.task.result() == "picture"
    assert "Could not record the outcome" in caplog.text


async def test_no_call_is_made_while_the_store_is_away() -> None:
    fleet = Fleet()
    fleet.store.is_away = True
    with pytest.raises(StoreUnavailableError):
        await fleet.call(AssertionError("must not be called"))


async def test_a_failed_publication_does_not_cost_the_probe(caplog: pytest.LogCaptureFixture) -> None:
    async def refuse(_transition: Transition) -> None:
        raise StoreUnavailableError("the bus is away")

    fleet = Fleet()
    await fleet.open_and_wait()
    deaf = CircuitBreaker(fleet.store, clock=fleet.clock, random_source=fleet.random_source, on_transition=refuse)
    assert await deaf.call(ROUTE, answering("picture")) == "picture"
    assert "Could not publish a transition" in caplog.text


async def test_routes_have_circuits_of_their_own() -> None:
    fleet = Fleet()
    await fleet.fail(times=5)
    assert await fleet.instances[0].call("openai/other", answering("picture")) == "picture"


async def test_a_probe_without_a_permit_is_released_until_its_permit_is_due() -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    moves = len(fleet.transitions)
    no_permit = WaitError("The fleet is at its rate limit", generation_step="rate_limit", retry_after=200.0)
    with pytest.raises(WaitError, match="rate limit"):
        await fleet.call(no_permit)
    for _ in range(10):
        fleet.clock.advance(6)
        with pytest.raises(CircuitOpenError):
            await fleet.call(AssertionError("no permit is due yet"))
    assert len(fleet.transitions) == moves + 2
    fleet.clock.advance(140)
    assert await fleet.call() == "picture"


async def test_a_far_permit_delays_the_next_probe_no_longer_than_the_longest_open_time() -> None:
    fleet = Fleet()
    await fleet.open_and_wait()
    with pytest.raises(WaitError, match="rate limit"):
        await fleet.call(WaitError("The fleet is at its rate limit", generation_step="rate_limit", retry_after=3600.0))
    fleet.clock.advance(600)
    assert await fleet.call() == "picture"
