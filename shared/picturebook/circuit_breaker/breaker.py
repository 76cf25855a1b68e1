"""Drives the circuit: admits calls, makes them, and moves the circuit by their outcomes.

It knows its store as a port and what errors mean from `effects.py`; it never retries, and its
book-keeping never costs a caller the result of a call.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from picturebook.circuit_breaker import state
from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.effects import Effect, effect_of, retry_after_of
from picturebook.circuit_breaker.instance_log import InstanceLog
from picturebook.circuit_breaker.known_circuits import KnownCircuits
from picturebook.circuit_breaker.state import Circuit, CircuitState, Entry
from picturebook.circuit_breaker.store import CircuitStore
from picturebook.circuit_breaker.window import Tally, Window
from picturebook.errors import CircuitOpenError, ErrorContext
from picturebook.ports.clock import Chance, Clock

Answer = TypeVar("Answer")

_DEFAULTS = CircuitConfig()
_LOGGER = logging.getLogger(__name__)
_SOURCE = "circuit_breaker.call"


@dataclass(frozen=True, slots=True)
class Transition:
    """A move that this process made: what the circuit was, what it is, and when it changed."""

    before: Circuit
    after: Circuit
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class _Permit:
    """A call's admission: the circuit under which its outcome is judged, and whether it is the probe."""

    circuit: Circuit
    is_probe: bool


class CircuitBreaker:
    """One process's view of the fleet's circuits; safe to share among tasks and event loops.

    `instance_id` names this process among the fleet's. `on_transition` is awaited after each move that
    this process made. `instances_seen` returns how many instances were lately at work on a route: with
    fewer failing ones than half of them (or three), the fleet's circuit stays closed.
    """

    def __init__(
        self,
        store: CircuitStore,
        config: CircuitConfig = _DEFAULTS,
        *,
        clock: Clock,
        chance: Chance,
        instance_id: str | None = None,
        on_transition: Callable[[Transition], Awaitable[None]] | None = None,
        instances_seen: Callable[[str], int] = lambda _route: 1,
    ) -> None:
        self._store = store
        self._config = config
        self._clock = clock
        self._chance = chance
        self._instance_id = instance_id or chance.new_id()
        self._on_transition = on_transition
        self._instances_seen = instances_seen
        self._known = KnownCircuits(timedelta(seconds=config.snapshot_seconds))
        self._log = InstanceLog(timedelta(seconds=config.window_seconds))

    async def circuit(self, route: str) -> Circuit:
        """Return the route's circuit as it is kept now."""
        return await self._read(route)

    async def call(
        self,
        route: str,
        operation: Callable[[], Awaitable[Answer]],
        *,
        circuit: Circuit | None = None,
        deadline: datetime | None = None,
    ) -> Answer:
        """Run `operation` and return its answer, where the route's circuit lets it.

        `circuit` is the caller's own recent read; without it one is read, at most every `snapshot_seconds`.
        `deadline` is when the caller's time ends, and so a probe's lease. Raises CircuitOpenError, with
        `retry_after`, without running `operation`; StoreUnavailableError when the circuit cannot be read;
        and whatever `operation` raises.
        """
        permit = await self._admit(route, circuit, deadline)
        try:
            answer = await operation()
        except BaseException as error:
            await self._note(permit, effect_of(error), error)
            raise
        await self._note(permit, Effect.SUCCESS, None)
        return answer

    async def _admit(self, route: str, snapshot: Circuit | None, deadline: datetime | None) -> _Permit:
        circuit = await self._current(route, snapshot)
        found = state.entry(circuit, self._clock.now())
        if found is Entry.PROBE:
            won = state.elect(
                circuit,
                version=self._chance.new_id(),
                lease_id=self._chance.new_id(),
                lease_until=self._lease_end(deadline),
            )
            circuit = await self._move(circuit, won)
            if circuit.version == won.version:
                return _Permit(circuit, is_probe=True)
            found = state.entry(circuit, self._clock.now())
        if found is Entry.ADMIT:
            return _Permit(circuit, is_probe=False)
        raise self._refusal(circuit)

    async def _current(self, route: str, snapshot: Circuit | None) -> Circuit:
        if snapshot is not None and not self._known.is_superseded(snapshot):
            return snapshot
        return self._known.fresh(route, self._clock.now()) or await self._read(route)

    async def _read(self, route: str) -> Circuit:
        circuit = await self._store.read(route)
        self._known.learn(circuit, self._clock.now())
        return circuit

    def _lease_end(self, deadline: datetime | None) -> datetime:
        if deadline is None:
            return self._clock.now() + timedelta(seconds=self._config.lease_seconds)
        return deadline + timedelta(seconds=self._config.deadline_margin)

    def _refusal(self, circuit: Circuit) -> CircuitOpenError:
        wait = state.seconds_until_probe(circuit, self._clock.now())
        return CircuitOpenError(
            f"The circuit of {circuit.route} is open ({circuit.reason or 'no reason recorded'}); "
            f"the next probe is due in {wait:.0f} s",
            "circuit_breaker",
            ErrorContext(_SOURCE, CircuitOpenError.default_severity),
            {"route": circuit.route, "state": circuit.state.value, "reason": circuit.reason},
            retry_after=wait,
        )

    async def _note(self, permit: _Permit, effect: Effect, error: BaseException | None) -> None:
        try:
            if permit.is_probe:
                await self._settle_probe(permit.circuit, effect, error)
            elif effect is Effect.SUCCESS:
                self._log.add_success(permit.circuit, self._clock.now())
            elif effect is Effect.FATAL:
                await self._trip(permit.circuit, error, failures=1)
            elif effect is Effect.FAILURE:
                await self._count_failure(permit.circuit, error)
        except Exception:
            # The call is over, and paid for: its own outcome must reach the caller. What is lost here the
            # fleet's next failures, or the lease's end, make up for.
            _LOGGER.exception("The outcome of a call could not be noted on the circuit of %s", permit.circuit.route)

    async def _settle_probe(self, circuit: Circuit, effect: Effect, error: BaseException | None) -> None:
        version = self._chance.new_id()
        if effect in (Effect.SUCCESS, Effect.ANSWERED):
            await self._move(circuit, state.close(circuit, version=version))
        elif effect is Effect.NEUTRAL:
            await self._move(circuit, state.release(circuit, now=self._clock.now(), version=version))
        else:
            reopened = state.reopen(
                circuit,
                now=self._clock.now(),
                version=version,
                seconds=self._open_seconds(circuit, error),
                reason=type(error).__name__,
            )
            await self._move(circuit, reopened)

    async def _count_failure(self, circuit: Circuit, error: BaseException | None) -> None:
        window = await self._add_to_window(circuit, self._store.count_failure)
        if window is None:
            self._known.supersede(circuit, await self._store.read(circuit.route), self._clock.now())
        if window and self._trips(window, circuit) and self._log.has_successes(circuit):
            # Before it opens for everybody, what was not written with earlier failures must count.
            window = await self._add_to_window(circuit, self._store.count_successes)
        if window and self._trips(window, circuit):
            await self._trip(circuit, error, failures=window.failures)

    async def _add_to_window(self, circuit: Circuit, add: Callable[[Tally], Awaitable[Window | None]]) -> Window | None:
        start = self._log.window_start(circuit)
        successes = self._log.take_successes(circuit)
        window = await add(
            Tally(circuit.route, circuit.version, self._instance_id, self._clock.now(), start, len(successes))
        )
        if window:
            self._log.learn_window(circuit, window, sent=successes)
        return window

    def _trips(self, window: Window, circuit: Circuit) -> bool:
        return window.trips(self._config, instances_seen=self._instances_seen(circuit.route))

    async def _trip(self, circuit: Circuit, error: BaseException | None, *, failures: int) -> None:
        opened = state.trip(
            circuit,
            now=self._clock.now(),
            version=self._chance.new_id(),
            seconds=self._open_seconds(circuit, error),
            reason=type(error).__name__,
            failures=failures,
        )
        await self._move(circuit, opened)

    def _open_seconds(self, circuit: Circuit, error: BaseException | None) -> float:
        return state.open_seconds(
            self._config,
            circuit.open_count,
            fraction=self._chance.fraction(),
            retry_after=retry_after_of(error),
        )

    async def _move(self, before: Circuit, after: Circuit) -> Circuit:
        kept = await self._store.replace(before, after)
        self._known.supersede(before, kept, self._clock.now())
        if kept.version == after.version:
            _log_move(after)
            await self._announce(Transition(before, after, self._clock.now()))
        return kept

    async def _announce(self, transition: Transition) -> None:
        if self._on_transition is None:
            return
        try:
            await self._on_transition(transition)
        except Exception:
            # The move is made; a probe must not be lost because its announcement was.
            _LOGGER.exception("A move of the circuit of %s could not be announced", transition.after.route)


def _log_move(after: Circuit) -> None:
    level = logging.WARNING if after.state is CircuitState.OPEN else logging.INFO
    _LOGGER.log(
        level, "The circuit of %s is %s (%s)", after.route, after.state.value, after.reason or "the route works"
    )
