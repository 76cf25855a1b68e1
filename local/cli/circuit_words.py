"""Says of a circuit what an operator asks: what it lets through, since when, why, and who said so. Pure."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from picturebook.circuit_breaker.state import forced, seconds_until_probe
from picturebook.models.circuits import Circuit, CircuitState

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def circuit_words(circuit: Circuit, now: datetime) -> str:
    """Return a circuit's lines: its route and state, and below what else is known."""
    by_hand = forced(circuit, now)
    lines = [f"{circuit.route}  {f'{by_hand} by hand' if by_hand else circuit.state}"]
    if by_hand and circuit.override:
        said = circuit.override
        lines.append(f"  by {said.actor}, {_ago(said.set_at, now)}, for another {_words(said.expires_at, now)}")
        lines.append(f"  because: {said.reason}")
        lines.append(f"  by itself it is {circuit.state}")
    if circuit.state is not CircuitState.CLOSED:
        since = f", since {_ago(circuit.opened_at, now)}" if circuit.opened_at else ""
        lines.append(f"  seen: {circuit.reason or 'unknown'} ({circuit.failures} failures){since}")
        if by_hand is not CircuitState.CLOSED:
            waiting = seconds_until_probe(circuit, now)
            lines.append(f"  next probe: {f'in {span_words(waiting)}' if waiting else 'with the next picture'}")
    return "\n".join(lines)


def circuit_document(circuit: Circuit, now: datetime) -> dict[str, object]:
    """Return what scripts read: the circuit's own fields, times in ISO 8601, and `forced` (a state, or null)."""
    document = {"type": "circuit", "forced": forced(circuit, now), **asdict(circuit)}
    return {name: _plain(value) for name, value in document.items()}


def span_words(seconds: float) -> str:
    """Return a span in its largest whole unit: `3 minutes`, `1 hour`."""
    whole = max(1, round(seconds))
    size, unit = next(each for each in _UNITS if whole >= each[0])
    count = whole // size
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _ago(moment: datetime, now: datetime) -> str:
    return f"{_words(now, moment)} ago"


def _words(later: datetime, earlier: datetime) -> str:
    return span_words((later - earlier).total_seconds())


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return {name: _plain(each) for name, each in value.items()} if isinstance(value, dict) else value
