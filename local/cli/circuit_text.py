"""Describes a circuit: its state, since when and why, and the person who forced it. Pure."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from picturebook.circuit_breaker.state import forced, seconds_until_probe
from picturebook.models.circuits import Circuit, CircuitState

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def circuit_text(circuit: Circuit, now: datetime) -> str:
    """Return a circuit's route and state in the first line, and details in indented lines below."""
    forced_to = forced(circuit, now)
    lines = [f"{circuit.route}  {f'{forced_to} by hand' if forced_to else circuit.state}"]
    if forced_to and circuit.override:
        override = circuit.override
        expiry = f"{override.expires_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        lines.append(f"  forced by {override.actor} {_ago(override.set_at, now)}, until {expiry}")
        lines.append(f"  reason: {override.reason}")
        lines.append(f"  without the override: {circuit.state}")
    if circuit.state is not CircuitState.CLOSED:
        since = f", since {_ago(circuit.opened_at, now)}" if circuit.opened_at else ""
        lines.append(f"  cause: {circuit.reason or 'unknown'} ({circuit.failures} failures){since}")
        if forced_to is not CircuitState.CLOSED:
            waiting = seconds_until_probe(circuit, now)
            lines.append(f"  next probe: {f'in {span_text(waiting)}' if waiting else 'with the next picture'}")
    return "\n".join(lines)


def circuit_document(circuit: Circuit, now: datetime) -> dict[str, object]:
    """Return the circuit's own fields for scripts, times in ISO 8601, and `forced` (a state, or null)."""
    document = {"type": "circuit", "forced": forced(circuit, now), **asdict(circuit)}
    return {name: _plain(value) for name, value in document.items()}


def span_text(seconds: float) -> str:
    """Return a span in its largest whole unit: `3 minutes`, `1 hour`."""
    whole = max(1, round(seconds))
    size, unit = next(each for each in _UNITS if whole >= each[0])
    count = whole // size
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _ago(moment: datetime, now: datetime) -> str:
    return f"{span_text((now - moment).total_seconds())} ago"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return {name: _plain(each) for name, each in value.items()} if isinstance(value, dict) else value
