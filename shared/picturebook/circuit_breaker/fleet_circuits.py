"""The fleet's circuits: reads them from the store, and makes the transitions that outcomes call for.

Every method may raise StoreUnavailableError.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from picturebook.circuit_breaker import state
from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.instance_log import InstanceLog
from picturebook.circuit_breaker.known_circuits import KnownCircuits
from picturebook.circuit_breaker.outcome_classifier import CallOutcome, retry_after_of
from picturebook.circuit_breaker.state import CallDecision
from picturebook.circuit_breaker.store import CircuitStore
from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.models.circuits import Circuit, CircuitState, Transition
from picturebook.ports.clock import Clock, RandomSource

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BreakerParts:
    """The collaborators and settings of a CircuitBreaker; see there."""

    store: CircuitStore
    config: CircuitConfig
    clock: Clock
    random_source: RandomSource
    instance_id: str
    on_transition: Callable[[Transition], Awaitable[None]] | None
    instances_seen: Callable[[str], int]


class FleetCircuits:
    """This process's access to the fleet's circuits, with a short-lived cache."""

    def __init__(self, parts: BreakerParts) -> None:
        self._parts = parts
        self._known = KnownCircuits(timedelta(seconds=parts.config.snapshot_seconds))
        self._log = InstanceLog(timedelta(seconds=parts.config.window_seconds))

    async def read(self, route: str) -> Circuit:
        """Return the circuit as it is stored now."""
        circuit = await self._parts.store.read(route)
        self._known.learn(circuit, self._now())
        return circuit

    async def current(self, route: str, snapshot: Circuit | None) -> Circuit:
        """Return the snapshot if there is one and it is not known to be outdated; else the cached or stored circuit."""
        if snapshot is not None and not self._known.is_superseded(snapshot):
            return snapshot
        return self._known.fresh(route, self._now()) or await self.read(route)

    async def enter(self, circuit: Circuit, lease_until: datetime) -> tuple[Circuit, CallDecision]:
        """Return the circuit for a new call, and its permission; PROBE only if this call won the probe."""
        permission = state.decide(circuit, self._now())
        if permission is not CallDecision.PROBE:
            return circuit, permission
        version, lease_id = self._parts.random_source.new_id(), self._parts.random_source.new_id()
        probing = state.elect(circuit, version=version, lease_id=lease_id, lease_until=lease_until)
        stored = await self._replace(circuit, probing)
        if stored.version == probing.version:
            return stored, CallDecision.PROBE
        if stored.state is not CircuitState.CLOSED:
            return stored, CallDecision.REFUSE
        # Another process has closed it. `replace` does not return the present override, so read it.
        stored = await self.read(circuit.route)
        is_admitted = state.decide(stored, self._now()) is CallDecision.ADMIT
        return stored, CallDecision.ADMIT if is_admitted else CallDecision.REFUSE

    async def record(self, circuit: Circuit, outcome: CallOutcome, error: BaseException | None) -> None:
        """Record a call's outcome on `circuit`, which admitted it, and make the transition that it calls for."""
        if circuit.state is CircuitState.HALF_OPEN:
            await self._settle_probe(circuit, outcome, error)
        elif outcome is CallOutcome.SUCCESS:
            self._log.add_success(circuit, self._now())
        elif outcome is CallOutcome.FATAL:
            await self._trip(circuit, error, failures=1)
        elif outcome is CallOutcome.FAILURE:
            await self._count_failure(circuit, error)

    async def _settle_probe(self, circuit: Circuit, outcome: CallOutcome, error: BaseException | None) -> None:
        version = self._parts.random_source.new_id()
        if outcome in (CallOutcome.SUCCESS, CallOutcome.ANSWERED):
            after = state.close(circuit, version=version)
        elif outcome is CallOutcome.NEUTRAL:
            # A call without a permit would win the next probe too, and get no permit again: wait as long as it has to.
            seconds = min(retry_after_of(error) or 0.0, self._parts.config.longest_open_seconds)
            after = state.release(circuit, now=self._now(), version=version, seconds=seconds)
        else:
            seconds, reason = self._open_seconds(circuit, error), type(error).__name__
            after = state.reopen(circuit, now=self._now(), version=version, seconds=seconds, reason=reason)
        await self._replace(circuit, after)

    async def _count_failure(self, circuit: Circuit, error: BaseException | None) -> None:
        window = await self._add_to_window(circuit, self._parts.store.count_failure)
        if window is None:
            self._known.supersede(circuit, await self.read(circuit.route), self._now())
        if window and self._trips(window, circuit) and self._log.has_successes(circuit):
            # Before the circuit opens for the whole fleet, count the successes that are not written yet.
            window = await self._add_to_window(circuit, self._parts.store.count_successes)
        if window and self._trips(window, circuit):
            await self._trip(circuit, error, failures=window.failures)

    async def _add_to_window(
        self, circuit: Circuit, add: Callable[[WindowUpdate], Awaitable[Window | None]]
    ) -> Window | None:
        start = self._log.window_start(circuit)
        successes = self._log.take_successes(circuit)
        instance = self._parts.instance_id
        window = await add(WindowUpdate(circuit.route, circuit.version, instance, self._now(), start, len(successes)))
        if window:
            self._log.learn_window(circuit, window, sent=successes)
        return window

    def _trips(self, window: Window, circuit: Circuit) -> bool:
        return window.trips(self._parts.config, instances_seen=self._parts.instances_seen(circuit.route))

    async def _trip(self, circuit: Circuit, error: BaseException | None, *, failures: int) -> None:
        opened = state.trip(
            circuit,
            now=self._now(),
            version=self._parts.random_source.new_id(),
            seconds=self._open_seconds(circuit, error),
            reason=type(error).__name__,
            failures=failures,
        )
        await self._replace(circuit, opened)

    def _open_seconds(self, circuit: Circuit, error: BaseException | None) -> float:
        fraction, retry_after = self._parts.random_source.fraction(), retry_after_of(error)
        return state.open_seconds(self._parts.config, circuit.open_count, fraction=fraction, retry_after=retry_after)

    async def _replace(self, before: Circuit, after: Circuit) -> Circuit:
        stored = await self._parts.store.replace(before, after)
        self._known.supersede(before, stored, self._now())
        if stored.version == after.version:
            level = logging.WARNING if after.state is CircuitState.OPEN else logging.INFO
            _LOGGER.log(
                level, "The circuit of %s is %s (%s)", after.route, after.state.value, after.reason or "it works"
            )
            await self._publish(Transition(before, after, self._now()))
        return stored

    async def _publish(self, transition: Transition) -> None:
        if self._parts.on_transition is None:
            return
        try:
            await self._parts.on_transition(transition)
        except Exception:
            # The transition is stored, and this call may hold the probe: a failed publication must not undo that.
            _LOGGER.exception("Could not publish a transition of the circuit of %s", transition.after.route)

    def _now(self) -> datetime:
        return self._parts.clock.now()
