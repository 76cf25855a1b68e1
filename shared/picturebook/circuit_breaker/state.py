"""The circuit's transitions. Pure: no I/O, no clock, no randomness.

    CLOSED ──trip──▶ OPEN ──elect──▶ HALF_OPEN ──close──▶ CLOSED
                      ▲                │  │ ▲
                      └─reopen,release─┘  └─┘ elect (take over a lapsed lease)

Each transition returns a new circuit with a new version, a random id that the caller passes in. The store replaces a
circuit only if its version is unchanged (`CircuitStore.replace`), so a process that acts on an outdated circuit changes
nothing. An operator's override is not a transition: while it is in force, it decides whether calls are made.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.models.circuits import Circuit, CircuitState


class CallDecision(StrEnum):
    """What a circuit permits: to call, to call as the probe if `elect` succeeds, or not to call."""

    ADMIT = "ADMIT"
    PROBE = "PROBE"
    REFUSE = "REFUSE"


def forced(circuit: Circuit, now: datetime) -> CircuitState | None:
    """Return the state that an operator's override forces, OPEN or CLOSED; None without an override in force."""
    override = circuit.override
    return override.state if override and override.holds(now) else None


def decide(circuit: Circuit, now: datetime) -> CallDecision:
    """Return whether a call may be made at `now`. A probe must be won by `elect`; during an override none is due."""
    forced_state = forced(circuit, now)
    if forced_state:
        return CallDecision.ADMIT if forced_state is CircuitState.CLOSED else CallDecision.REFUSE
    if circuit.state is CircuitState.CLOSED:
        return CallDecision.ADMIT
    return CallDecision.PROBE if seconds_until_probe(circuit, now) == 0 else CallDecision.REFUSE


def seconds_until_probe(circuit: Circuit, now: datetime) -> float:
    """Return the seconds until a call may be made: until open time, lease and override have ended; 0 when closed."""
    forced_state = forced(circuit, now)
    if forced_state is CircuitState.CLOSED:
        return 0.0
    ends = {CircuitState.OPEN: circuit.retry_at, CircuitState.HALF_OPEN: circuit.lease_until}
    until = [ends.get(circuit.state), circuit.override.expires_at if forced_state and circuit.override else None]
    return max((0.0, *((end - now).total_seconds() for end in until if end)))


def open_seconds(config: CircuitConfig, open_count: int, *, fraction: float, retry_after: float | None) -> float:
    """Return the seconds to stay open, after `open_count` open times in a row.

    `fraction`, from 0 up to 1, is the jitter: it covers the second half of the span, so that a probe is never due at
    once. `retry_after` (seconds) is the provider's Retry-After, and a lower bound.
    """
    span: float = min(config.longest_open_seconds, config.open_seconds * 2.0 ** min(open_count, 32))
    jittered = span * (0.5 + fraction / 2)
    return max(jittered, min(retry_after or 0.0, config.longest_retry_after))


def trip(circuit: Circuit, *, now: datetime, version: str, seconds: float, reason: str, failures: int) -> Circuit:
    """Open a closed circuit for `seconds`, because of `failures` failures."""
    return replace(
        circuit,
        state=CircuitState.OPEN,
        version=version,
        retry_at=now + timedelta(seconds=seconds),
        open_count=1,
        reason=reason,
        opened_at=now.replace(microsecond=0),
        failures=failures,
        transitions=circuit.transitions + 1,
    )


def elect(circuit: Circuit, *, version: str, lease_id: str, lease_until: datetime) -> Circuit:
    """Give the probe to `lease_id`, when the open time is over or the lease of the last probe has expired."""
    return replace(
        circuit,
        state=CircuitState.HALF_OPEN,
        version=version,
        retry_at=None,
        lease_id=lease_id,
        lease_until=lease_until,
        transitions=circuit.transitions + 1,
    )


def close(circuit: Circuit, *, version: str) -> Circuit:
    """Close a half-open circuit: the provider answers."""
    transitions = circuit.transitions + 1
    return Circuit(circuit.route, version=version, transitions=transitions, override=circuit.override)


def reopen(circuit: Circuit, *, now: datetime, version: str, seconds: float, reason: str) -> Circuit:
    """Open a half-open circuit again, for `seconds`: the probe failed."""
    opened = _opened_again(circuit, now + timedelta(seconds=seconds), version)
    return replace(opened, open_count=circuit.open_count + 1, reason=reason, opened_at=now.replace(microsecond=0))


def release(circuit: Circuit, *, now: datetime, version: str, seconds: float = 0.0) -> Circuit:
    """Open a half-open circuit again: the probe's outcome says nothing, so the next probe is due after `seconds`."""
    return _opened_again(circuit, now + timedelta(seconds=seconds), version)


def _opened_again(circuit: Circuit, retry_at: datetime, version: str) -> Circuit:
    return replace(
        circuit,
        state=CircuitState.OPEN,
        version=version,
        retry_at=retry_at,
        lease_id=None,
        lease_until=None,
        transitions=circuit.transitions + 1,
    )
