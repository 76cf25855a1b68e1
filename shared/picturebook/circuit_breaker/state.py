"""The circuit's moves. Pure: no I/O, no clock, no randomness.

    CLOSED ──trip──▶ OPEN ──elect──▶ HALF_OPEN ──close──▶ CLOSED
                      ▲                │  │ ▲
                      └─reopen,release─┘  └─┘ elect (take over a lapsed lease)

Every move makes a new circuit under a new version, a random era id that the caller passes in. A store
replaces a circuit only by its successor (`CircuitStore.replace`), so whoever acts on an older one
changes nothing. A person's override moves nothing: while it holds, it only says who may call.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.models.circuits import Circuit, CircuitState


class CallPermission(StrEnum):
    """What a circuit says to a caller: call, call if you win the probe, or do not call."""

    ADMIT = "ADMIT"
    PROBE = "PROBE"
    REFUSE = "REFUSE"


def forced(circuit: Circuit, now: datetime) -> CircuitState | None:
    """Return what a person made of the circuit, OPEN or CLOSED; None when it is left to itself."""
    override = circuit.override
    return override.state if override and override.holds(now) else None


def call_permission(circuit: Circuit, now: datetime) -> CallPermission:
    """Say whether a call may be made at `now`; a probe must be won by `elect` first, and none is due while forced."""
    forced_state = forced(circuit, now)
    if forced_state:
        return CallPermission.ADMIT if forced_state is CircuitState.CLOSED else CallPermission.REFUSE
    if circuit.state is CircuitState.CLOSED:
        return CallPermission.ADMIT
    return CallPermission.PROBE if seconds_until_probe(circuit, now) == 0 else CallPermission.REFUSE


def seconds_until_probe(circuit: Circuit, now: datetime) -> float:
    """Return how long nobody may call: until the end of open time, lease and override; 0 when closed."""
    forced_state = forced(circuit, now)
    if forced_state is CircuitState.CLOSED:
        return 0.0
    ends = {CircuitState.OPEN: circuit.retry_at, CircuitState.HALF_OPEN: circuit.lease_until}
    until = [ends.get(circuit.state), circuit.override.expires_at if forced_state and circuit.override else None]
    return max((0.0, *((end - now).total_seconds() for end in until if end)))


def open_seconds(config: CircuitConfig, open_count: int, *, fraction: float, retry_after: float | None) -> float:
    """Return how long to stay open for the time after `open_count` earlier ones in a row.

    `fraction` from 0 up to 1 is the jitter: it covers the span's second half, so that a first probe never
    comes at once. `retry_after` (seconds) is the provider's own word and a lower bound.
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
    """Give the probe to `lease_id`: of a circuit whose open time is over, or whose prober's lease has lapsed."""
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
    """Close the prober's circuit: the provider answers."""
    transitions = circuit.transitions + 1
    return Circuit(circuit.route, version=version, transitions=transitions, override=circuit.override)


def reopen(circuit: Circuit, *, now: datetime, version: str, seconds: float, reason: str) -> Circuit:
    """Open the prober's circuit for another, longer time."""
    opened = _opened_again(circuit, now + timedelta(seconds=seconds), version)
    return replace(opened, open_count=circuit.open_count + 1, reason=reason, opened_at=now.replace(microsecond=0))


def release(circuit: Circuit, *, now: datetime, version: str, seconds: float = 0.0) -> Circuit:
    """Give the probe back: its outcome says nothing, so anybody may probe after `seconds`."""
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
