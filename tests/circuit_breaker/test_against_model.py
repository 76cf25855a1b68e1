"""Tests the breaker against a model. Admissions and outcomes are separate steps, so that outcomes may come late.

An operator sometimes overrides the circuit: calls under an override do not change it.

The model counts failures only, and so checks the effect of successes on a window between two bounds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.circuit_breaker import state
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.outcome_classifier import CallOutcome, classify_outcome
from picturebook.errors import (
    CircuitOpenError,
    ImageProcessingError,
    OutcomeUnknownError,
    PromptRefusedError,
    ProviderAccountError,
    ProviderThrottledError,
    ProviderUnavailableError,
    WaitError,
)
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState, Transition
from tests.fakes.clock import FakeClock, FakeRandomSource

ROUTE = "openai/gpt-image-2"
INSTANCES = 3
INSTANCES_TO_OPEN = 2
LEASE = 100.0
# Circuits are read at each call, so that the model need not know what each breaker has cached.
CONFIG = CircuitConfig(failures_to_open=3, snapshot_seconds=0.0, lease_seconds=LEASE, window_seconds=60.0)
OUTCOMES: list[Exception | None] = [
    None,
    ProviderUnavailableError("down"),
    OutcomeUnknownError("unknown"),
    ProviderAccountError("quota"),
    PromptRefusedError("no"),
    ProviderThrottledError("slow", retry_after=400.0),
    WaitError("no permit", generation_step="rate_limit"),
    ImageProcessingError("unusable"),
]


@dataclass(eq=False)
class Call:
    """A call in flight, and the circuit version (`era`, counted from 0) that admitted it."""

    instance: int
    era: int
    is_probe: bool
    outcome: asyncio.Future[str]
    task: asyncio.Task[str]
    is_overridden: bool = False


@dataclass
class Model:
    """The expected circuit. An era lasts from one transition to the next."""

    state: CircuitState = CircuitState.CLOSED
    era: int = 0
    lease_end: float = 0.0
    failures: list[tuple[float, int]] = field(default_factory=list)
    had_success: bool = False

    def move(self, to: CircuitState) -> None:
        self.state = to
        self.era += 1
        self.failures = []
        self.had_success = False


class ReadCountingStore(InMemoryCircuitStore):
    """Counts its reads: after a read, a breaker admits the call by the circuit that it read, not by the snapshot."""

    def __init__(self) -> None:
        super().__init__(CONFIG)
        self.reads = 0

    async def read(self, route: str) -> Circuit:
        self.reads += 1
        return await super().read(route)


class BreakerAgainstModel(RuleBasedStateMachine):
    calls = Bundle("calls")
    snapshots = Bundle("snapshots")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.random_source = FakeRandomSource((0.1, 0.9, 0.5))
        self.store = ReadCountingStore()
        self.model = Model()
        self.transitions: list[Transition] = []
        self.versions: dict[str | None, int] = {None: 0}
        self.open_calls: list[Call] = []
        self.breakers = [
            CircuitBreaker(
                self.store,
                CONFIG,
                clock=self.clock,
                random_source=self.random_source,
                instance_id=str(number),
                on_transition=self._record,
                instances_seen=lambda _route: INSTANCES,
            )
            for number in range(INSTANCES)
        ]

    async def _record(self, transition: Transition) -> None:
        self.transitions.append(transition)
        self.versions[transition.after.version] = self.versions[transition.before.version] + 1

    def kept(self) -> Circuit:
        return self.store.peek(ROUTE) or Circuit(ROUTE)

    @initialize(target=snapshots)
    def nothing_is_recorded(self) -> Circuit:
        return Circuit(ROUTE)

    @rule(target=snapshots)
    def look(self) -> Circuit:
        return self.kept()

    @rule(to=st.sampled_from([CircuitState.OPEN, CircuitState.CLOSED]), seconds=st.sampled_from([5.0, 45.0, 500.0]))
    def a_person_forces_the_circuit(self, to: CircuitState, seconds: float) -> None:
        now = self.clock.now()
        override = CircuitOverride(to, "mira", "x", set_at=now, expires_at=now + timedelta(seconds=seconds))
        self.runner.run(self.store.put_override(ROUTE, override))

    @rule()
    def a_person_takes_it_back(self) -> None:
        self.runner.run(self.store.clear_override(ROUTE))

    @rule(seconds=st.sampled_from([0.5, 29.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def the_next_probe_is_due(self) -> None:
        is_probing = self.model.state is CircuitState.HALF_OPEN
        wait = self.model.lease_end - self.clock.monotonic() if is_probing else self._open_for()
        self.clock.advance(max(0.0, wait))

    def _open_for(self) -> float:
        retry_at = self.kept().retry_at
        return (retry_at - self.clock.now()).total_seconds() if retry_at else 0.0

    @rule(instance=st.integers(0, INSTANCES - 1), times=st.integers(1, 3))
    def calls_of_an_instance_fail(self, instance: int, times: int) -> None:
        for _ in range(times):
            call = self._begin(instance, None)
            if isinstance(call, Call):
                self._end(call, ProviderUnavailableError("down"))

    @rule(target=calls, instance=st.integers(0, INSTANCES - 1))
    def begin(self, instance: int) -> Call | MultipleResults[Call]:
        return self._begin(instance, None)

    @rule(target=calls, instance=st.integers(0, INSTANCES - 1), snapshot=snapshots)
    def begin_with_a_snapshot_of_some_age(self, instance: int, snapshot: Circuit) -> Call | MultipleResults[Call]:
        return self._begin(instance, snapshot)

    def _begin(self, instance: int, snapshot: Circuit | None) -> Call | MultipleResults[Call]:
        before, reads = self.kept(), self.store.reads

        async def start() -> Call | CircuitOpenError:
            outcome = asyncio.get_running_loop().create_future()
            begun = asyncio.Event()

            async def operation() -> str:
                begun.set()
                return str(await outcome)

            task = asyncio.create_task(self.breakers[instance].call(ROUTE, operation, circuit=snapshot))
            for _ in range(5):
                await asyncio.sleep(0)
            if begun.is_set():
                return Call(instance, 0, is_probe=False, outcome=outcome, task=task)
            error = task.exception()
            assert isinstance(error, CircuitOpenError)
            return error

        begun = self.runner.run(start())
        is_stale = snapshot is not None and snapshot.version != before.version
        obeyed = snapshot if snapshot and self.store.reads == reads else before
        forced_state = state.forced(obeyed, self.clock.now())
        if isinstance(begun, CircuitOpenError):
            assert forced_state is not CircuitState.CLOSED, "refused although an override forced the circuit closed"
            if forced_state is None:
                self._check_refusal(begun, before, is_stale=is_stale)
            assert self.kept() == before, "a refused call changed the circuit"
            return multiple()
        assert forced_state is not CircuitState.OPEN, "called although an override forced the circuit open"
        if forced_state:
            assert self.kept() == before, "a call that an override admitted changed the circuit"
            begun.is_overridden = True
            self.open_calls.append(begun)
            return begun
        # A breaker that knows its snapshot to be outdated reads again, and the call belongs to the circuit it read.
        self._check_admission(begun, before, snapshot if self.store.reads == reads else None)
        self.open_calls.append(begun)
        return begun

    def _check_refusal(self, error: CircuitOpenError, before: Circuit, *, is_stale: bool) -> None:
        if error.details["reason"] == "only this instance fails":
            return
        assert is_stale or before.state is not CircuitState.CLOSED, "refused by a closed circuit"
        assert is_stale or error.retry_after, "refused although a probe is due"
        if before.state is CircuitState.HALF_OPEN and not is_stale:
            assert self.clock.monotonic() < self.model.lease_end, "refused although the prober's lease is over"

    def _check_admission(self, call: Call, before: Circuit, snapshot: Circuit | None) -> None:
        after = self.kept()
        if after.version == before.version:
            # A call with an outdated snapshot that was not closed competes for a probe, loses, and uses what is stored.
            admitted_under = snapshot if snapshot and snapshot.state is CircuitState.CLOSED else before
            assert admitted_under.state is CircuitState.CLOSED, "a call was let through without winning the probe"
            call.era = self.versions[admitted_under.version]
            return
        assert before.state is not CircuitState.CLOSED
        assert after.state is CircuitState.HALF_OPEN
        until = before.retry_at if before.state is CircuitState.OPEN else before.lease_until
        assert until is not None
        assert until <= self.clock.now(), "a probe came too early"
        self.model.move(CircuitState.HALF_OPEN)
        self.model.lease_end = self.clock.monotonic() + LEASE
        call.era, call.is_probe = self.model.era, True

    @rule(call=consumes(calls), outcome=st.sampled_from(OUTCOMES))
    def end(self, call: Call, outcome: Exception | None) -> None:
        self._end(call, outcome)

    def _end(self, call: Call, outcome: Exception | None) -> None:
        self.open_calls.remove(call)
        before = self.kept()

        async def finish() -> None:
            if outcome is None:
                call.outcome.set_result("picture")
            else:
                call.outcome.set_exception(outcome)
            await asyncio.gather(call.task, return_exceptions=True)

        self.runner.run(finish())
        self._expect(call, classify_outcome(outcome) if outcome else CallOutcome.SUCCESS, before)

    @rule(call=consumes(calls))
    def cancel(self, call: Call) -> None:
        self.open_calls.remove(call)
        before = self.kept()

        async def finish() -> None:
            call.task.cancel()
            await asyncio.gather(call.task, return_exceptions=True)

        self.runner.run(finish())
        self._expect(call, CallOutcome.NEUTRAL, before)

    def _expect(self, call: Call, outcome: CallOutcome, before: Circuit) -> None:
        after = self.kept()
        if call.is_overridden:
            assert after == before, "the outcome of a call that an override admitted changed the circuit"
        elif call.era != self.model.era:
            assert after == before, "a late outcome changed the circuit"
        elif call.is_probe:
            answered = outcome in (CallOutcome.SUCCESS, CallOutcome.ANSWERED)
            self.model.move(CircuitState.CLOSED if answered else CircuitState.OPEN)
            if outcome is CallOutcome.NEUTRAL:
                assert after.retry_at == self.clock.now()
                assert after.open_count == before.open_count
            elif not answered:
                assert after.open_count == before.open_count + 1
        elif outcome is CallOutcome.FATAL:
            self.model.move(CircuitState.OPEN)
        elif outcome is CallOutcome.SUCCESS:
            self.model.had_success = True
        elif outcome is CallOutcome.FAILURE:
            self._expect_failure(call, after)

    def _expect_failure(self, call: Call, after: Circuit) -> None:
        now = self.clock.monotonic()
        self.model.failures.append((now, call.instance))
        recent = [(at, instance) for at, instance in self.model.failures if now - at < CONFIG.window_seconds]
        has_opened = after.state is CircuitState.OPEN
        if has_opened:
            assert len(recent) >= CONFIG.failures_to_open, "it opened on too few failures"
            assert len({instance for _, instance in recent}) >= INSTANCES_TO_OPEN, "one instance opened it"
        whole = self.model.failures == recent and not self.model.had_success
        enough = len(recent) >= CONFIG.failures_to_open
        if whole and enough and len({instance for _, instance in recent}) >= INSTANCES_TO_OPEN:
            assert has_opened, "it did not open on enough failures"
        if has_opened:
            self.model.move(CircuitState.OPEN)

    @invariant()
    def the_circuit_is_what_the_model_says(self) -> None:
        assert self.kept().state is self.model.state

    @invariant()
    def every_transition_was_published_once_with_a_new_version(self) -> None:
        assert len(self.transitions) == self.model.era == self.kept().transitions
        assert len({transition.after.version for transition in self.transitions}) == len(self.transitions)

    @invariant()
    def at_most_one_probe_holds_a_lease(self) -> None:
        probes = [call for call in self.open_calls if call.is_probe and call.era == self.model.era]
        assert len(probes) <= 1

    @invariant()
    def an_open_circuit_names_when_it_may_be_tried(self) -> None:
        kept = self.kept()
        assert (kept.state is CircuitState.OPEN) == (kept.retry_at is not None)
        assert (kept.state is CircuitState.HALF_OPEN) == (kept.lease_until is not None) == (kept.lease_id is not None)

    def teardown(self) -> None:
        async def end_all() -> None:
            for call in self.open_calls:
                call.task.cancel()
            await asyncio.gather(*[call.task for call in self.open_calls], return_exceptions=True)

        self.runner.run(end_all())
        self.runner.close()


TestBreakerAgainstModel = BreakerAgainstModel.TestCase
TestBreakerAgainstModel.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
