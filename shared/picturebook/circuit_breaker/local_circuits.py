"""Circuits of this instance alone, in memory: an instance that fails while the fleet does not stops calling.

They follow the rules of the fleet's circuits, with this instance as the whole fleet. A local circuit belongs to one
version of the fleet's circuit, and starts again when that version changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from picturebook.circuit_breaker import state
from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.outcome_classifier import CallOutcome
from picturebook.circuit_breaker.state import CallDecision
from picturebook.circuit_breaker.window import Window
from picturebook.models.circuits import Circuit, CircuitState
from picturebook.ports.clock import Clock, RandomSource

_REASON = "only this instance fails"


@dataclass(slots=True)
class _Local:
    """This instance's circuit and window under one version of the fleet's circuit."""

    fleet_version: str | None
    circuit: Circuit
    window: Window | None = None


class LocalCircuits:
    """This instance's own circuits, by route."""

    def __init__(self, config: CircuitConfig, *, clock: Clock, random_source: RandomSource) -> None:
        self._config = config
        self._clock = clock
        self._random_source = random_source
        self._locals: dict[str, _Local] = {}

    def enter(self, fleet: Circuit) -> tuple[Circuit, bool]:
        """Return the local circuit for a new call (half-open if the call is its probe), and whether it is admitted."""
        local = self._locals.get(fleet.route)
        if local is None or local.fleet_version != fleet.version:
            local = self._locals[fleet.route] = _Local(fleet.version, Circuit(fleet.route))
        permission = state.decide(local.circuit, self._clock.now())
        if permission is CallDecision.PROBE:
            local.circuit = state.elect(
                local.circuit,
                version=self._random_source.new_id(),
                lease_id=self._random_source.new_id(),
                lease_until=self._clock.now() + timedelta(seconds=self._config.lease_seconds),
            )
        return local.circuit, permission is not CallDecision.REFUSE

    def record(self, fleet: Circuit, circuit: Circuit, outcome: CallOutcome) -> None:
        """Record an outcome on the circuits that admitted its call; it is ignored if either has changed since."""
        local = self._locals[fleet.route]
        if local.fleet_version != fleet.version or local.circuit.version != circuit.version:
            return
        if circuit.state is CircuitState.HALF_OPEN:
            local.circuit = self._settled(circuit, outcome)
        elif outcome in (CallOutcome.SUCCESS, CallOutcome.FAILURE):
            self._count(local, is_failure=outcome is CallOutcome.FAILURE)

    def _settled(self, circuit: Circuit, outcome: CallOutcome) -> Circuit:
        now, version = self._clock.now(), self._random_source.new_id()
        if outcome in (CallOutcome.SUCCESS, CallOutcome.ANSWERED):
            return state.close(circuit, version=version)
        if outcome is CallOutcome.NEUTRAL:
            return state.release(circuit, now=now, version=version)
        return state.reopen(circuit, now=now, version=version, seconds=self._open_seconds(circuit), reason=_REASON)

    def _count(self, local: _Local, *, is_failure: bool) -> None:
        now, window = self._clock.now(), local.window
        if window is None or not window.is_running(self._config, now):
            window = Window(now, 0, 0, frozenset({"this"}))
            if not is_failure:  # a window starts at its first failure
                return
        local.window = window = replace(
            window, failures=window.failures + is_failure, successes=window.successes + (not is_failure)
        )
        if window.trips(self._config, instances_seen=1):
            local.window = None
            local.circuit = state.trip(
                local.circuit,
                now=now,
                version=self._random_source.new_id(),
                seconds=self._open_seconds(local.circuit),
                reason=_REASON,
                failures=window.failures,
            )

    def _open_seconds(self, circuit: Circuit) -> float:
        fraction = self._random_source.fraction()
        return state.open_seconds(self._config, circuit.open_count, fraction=fraction, retry_after=None)
