"""Drives the circuits: admits calls, makes them, and judges their outcomes under their admission.

It never retries, and its book-keeping never costs a caller the result of a call.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from picturebook.circuit_breaker import state
from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.fleet_circuits import BreakerParts, FleetCircuits
from picturebook.circuit_breaker.local_circuits import LocalCircuits
from picturebook.circuit_breaker.outcome_classifier import CallOutcome, classify_outcome
from picturebook.circuit_breaker.state import CallPermission
from picturebook.circuit_breaker.store import CircuitStore
from picturebook.errors import CircuitOpenError, ErrorContext
from picturebook.models.circuits import Circuit, CircuitState, Transition
from picturebook.ports.clock import Clock, RandomSource

__all__ = ["CircuitBreaker", "Transition"]

Answer = TypeVar("Answer")

_DEFAULTS = CircuitConfig()
_LOGGER = logging.getLogger(__name__)
_SOURCE = "circuit_breaker.call"


@dataclass(frozen=True, slots=True)
class _Permit:
    """The circuits under which a call's outcome is judged; the fleet's probe is not the instance's concern.

    A call that a person's override let through is not judged at all: it moves nothing.
    """

    circuit: Circuit
    local: Circuit | None
    is_judged: bool = True


class CircuitBreaker:
    """One process's view of the fleet's circuits; safe to share among tasks and event loops.

    `instance_id` names this process among the fleet's. `on_transition` is awaited after each move that
    this process made. `instances_seen` returns how many instances were lately at work on a route: with
    fewer failing ones than half of them (or three), the fleet's circuit stays closed, and only an instance
    that keeps failing stops calling.
    """

    def __init__(
        self,
        store: CircuitStore,
        config: CircuitConfig = _DEFAULTS,
        *,
        clock: Clock,
        random_source: RandomSource,
        instance_id: str | None = None,
        on_transition: Callable[[Transition], Awaitable[None]] | None = None,
        instances_seen: Callable[[str], int] = lambda _route: 1,
    ) -> None:
        self._config = config
        self._clock = clock
        instance_id = instance_id or random_source.new_id()
        self._fleet = FleetCircuits(
            BreakerParts(store, config, clock, random_source, instance_id, on_transition, instances_seen)
        )
        self._local = LocalCircuits(config, clock=clock, random_source=random_source)

    async def circuit(self, route: str) -> Circuit:
        """Return the route's circuit as it is kept now."""
        return await self._fleet.read(route)

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
        `deadline` is when the caller's time ends, and so a probe's lease. Raises CircuitOpenError without
        running `operation` (`retry_after` is when a probe is due, or when one under way should have ended);
        StoreUnavailableError when the circuit cannot be read; and whatever `operation` raises.
        """
        permit = await self._admit(await self._fleet.current(route, circuit), deadline)
        try:
            answer = await operation()
        except BaseException as error:
            await self._note(permit, classify_outcome(error), error)
            raise
        await self._note(permit, CallOutcome.SUCCESS, None)
        return answer

    async def _admit(self, current: Circuit, deadline: datetime | None) -> _Permit:
        circuit, found = await self._fleet.enter(current, self._lease_end(deadline))
        if found is CallPermission.REFUSE:
            raise self._refusal(circuit)
        if found is CallPermission.PROBE:
            # Also where a person has forced the circuit since: a probe that was won is settled.
            return _Permit(circuit, local=None)
        if state.forced(circuit, self._clock.now()):
            return _Permit(circuit, local=None, is_judged=False)
        local, is_admitted = self._local.enter(circuit)
        if not is_admitted:
            raise self._refusal(local)
        return _Permit(circuit, local)

    def _lease_end(self, deadline: datetime | None) -> datetime:
        if deadline is None:
            return self._clock.now() + timedelta(seconds=self._config.lease_seconds)
        return deadline + timedelta(seconds=self._config.deadline_margin)

    def _refusal(self, circuit: Circuit) -> CircuitOpenError:
        wait, reason = state.seconds_until_probe(circuit, self._clock.now()), circuit.reason
        forced_state = state.forced(circuit, self._clock.now())
        if forced_state and circuit.override:
            # Who forced it open may take that back before it expires: come back as for the longest outage.
            wait, reason = min(wait, self._config.longest_open_seconds), f"by {circuit.override.actor}"
        elif circuit.state is CircuitState.HALF_OPEN:
            # A probe is under way, and most end long before their lease: come back and see.
            wait = min(wait, self._config.open_seconds)
        return CircuitOpenError(
            f"The circuit of {circuit.route} is open ({reason or 'no reason recorded'}); come back in {wait:.0f} s",
            "circuit_breaker",
            ErrorContext(_SOURCE, CircuitOpenError.default_severity),
            {"route": circuit.route, "state": (forced_state or circuit.state).value, "reason": reason},
            retry_after=wait,
        )

    async def _note(self, permit: _Permit, outcome: CallOutcome, error: BaseException | None) -> None:
        if not permit.is_judged:
            return
        if permit.local:
            self._local.note(permit.circuit, permit.local, outcome)
        try:
            await self._fleet.note(permit.circuit, outcome, error)
        except Exception:
            # The call is over, and paid for: its own outcome must reach the caller. What is lost here the
            # fleet's next failures, or the lease's end, make up for.
            _LOGGER.exception("The outcome of a call could not be noted on the circuit of %s", permit.circuit.route)
