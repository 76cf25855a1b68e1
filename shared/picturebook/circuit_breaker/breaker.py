"""Guards calls with circuits: admits a call, makes it, and records its outcome on the circuits that admitted it.

It never retries, and an error while it records an outcome never replaces the result of the call.
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
from picturebook.circuit_breaker.state import CallDecision
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
class _AdmittedCall:
    """The circuits on which a call's outcome is recorded; `local` is None for a probe of the fleet's circuit.

    The outcome of a call that an operator's override admitted is not recorded.
    """

    circuit: Circuit
    local: Circuit | None
    is_recorded: bool = True


class CircuitBreaker:
    """One process's view of the fleet's circuits; safe to share among tasks and event loops.

    `instance_id` identifies this process within the fleet. `on_transition` is awaited after each transition that
    this process made. `instances_seen` returns how many instances recently called a route: while fewer than half
    of them (or three) fail, the fleet's circuit stays closed, and only the failing instances stop calling.
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
        """Return the route's circuit as it is stored now."""
        return await self._fleet.read(route)

    async def call(
        self,
        route: str,
        operation: Callable[[], Awaitable[Answer]],
        *,
        circuit: Circuit | None = None,
        deadline: datetime | None = None,
    ) -> Answer:
        """Run `operation` and return its answer, if the route's circuit permits it.

        `circuit` is the caller's own recent read; without it one is read, at most every `snapshot_seconds`.
        `deadline` is when the caller's time ends, and so a probe's lease. Raises CircuitOpenError without
        running `operation` (`retry_after` is the time until a probe is due, or until a running one should have
        ended); StoreUnavailableError when the circuit cannot be read; and any error of `operation`.
        """
        admitted = await self._admit(await self._fleet.current(route, circuit), deadline)
        try:
            answer = await operation()
        except BaseException as error:
            await self._record(admitted, classify_outcome(error), error)
            raise
        await self._record(admitted, CallOutcome.SUCCESS, None)
        return answer

    async def _admit(self, current: Circuit, deadline: datetime | None) -> _AdmittedCall:
        circuit, permission = await self._fleet.enter(current, self._lease_end(deadline))
        if permission is CallDecision.REFUSE:
            raise self._refusal(circuit)
        if permission is CallDecision.PROBE:
            # A probe is settled even if an operator has forced the circuit since it was won.
            return _AdmittedCall(circuit, local=None)
        if state.forced(circuit, self._clock.now()):
            return _AdmittedCall(circuit, local=None, is_recorded=False)
        local, is_admitted = self._local.enter(circuit)
        if not is_admitted:
            raise self._refusal(local)
        return _AdmittedCall(circuit, local)

    def _lease_end(self, deadline: datetime | None) -> datetime:
        if deadline is None:
            return self._clock.now() + timedelta(seconds=self._config.lease_seconds)
        return deadline + timedelta(seconds=self._config.deadline_margin)

    def _refusal(self, circuit: Circuit) -> CircuitOpenError:
        wait, reason = state.seconds_until_probe(circuit, self._clock.now()), circuit.reason
        forced_state = state.forced(circuit, self._clock.now())
        if forced_state and circuit.override:
            # The operator may clear the override before it expires: retry after at most the longest open time.
            wait, reason = min(wait, self._config.longest_open_seconds), f"by {circuit.override.actor}"
        elif circuit.state is CircuitState.HALF_OPEN:
            # A probe is running, and most probes end long before their lease does.
            wait = min(wait, self._config.open_seconds)
        return CircuitOpenError(
            f"The circuit of {circuit.route} is open ({reason or 'no reason recorded'}); retry in {wait:.0f} s",
            generation_step="circuit_breaker",
            context=ErrorContext(_SOURCE, severity=CircuitOpenError.default_severity),
            details={"route": circuit.route, "state": (forced_state or circuit.state).value, "reason": reason},
            retry_after=wait,
        )

    async def _record(self, admitted: _AdmittedCall, outcome: CallOutcome, error: BaseException | None) -> None:
        if not admitted.is_recorded:
            return
        if admitted.local:
            self._local.record(admitted.circuit, admitted.local, outcome)
        try:
            await self._fleet.record(admitted.circuit, outcome, error)
        except Exception:
            # The call is over and paid for, so its own result must reach the caller. The fleet's next failures, or
            # the end of the lease, make up for the lost record.
            _LOGGER.exception("Could not record the outcome of a call on the circuit of %s", admitted.circuit.route)
