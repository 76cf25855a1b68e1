"""A circuit as an item of the circuits' table, one per route under `id`.

Powertools' CircuitBreakerDynamoDBPersistence (3.37) can share the item: it reads `id state failure_count opened_at
half_open_owner probe_lease_expiry`. While the circuit is open or half-open, we set `half_open_owner` and leave out
`probe_lease_expiry`, so that a function with Powertools' breaker is refused like ours and never takes the probe. An
item without `ver` was written by Powertools: we follow its open time and its lease, and our next transition replaces
it. The attributes `window_…` are the window of a closed circuit.

An operator's override is a separate item, `<route>#override`, which neither transitions nor Powertools touch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from picturebook.adapters.dynamodb_attributes import Plain, Typed, to_plain, to_typed
from picturebook.circuit_breaker.window import Window
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState

# Powertools' default `recovery_timeout`; its item does not include the one that was configured.
_FOREIGN_OPEN_TIME = timedelta(seconds=30)
# The owner of the probe while none is permitted. Powertools only checks that there is an owner.
_PLACEHOLDER_OWNER = "picturebook"
_OVERRIDE = "#override"


def circuit_keys(route: str) -> list[Typed]:
    """Return the keys of all items of a route's circuit, for one read."""
    return [to_typed({"id": route}), override_key(route)]


def override_key(route: str) -> Typed:
    """Return the key of a route's override."""
    return to_typed({"id": route + _OVERRIDE})


def circuits_from_items(items: Sequence[Mapping[str, Any]]) -> list[Circuit]:
    """Return the circuits among the items of the table, each with its override, by route."""
    circuits: dict[str, Circuit] = {}
    overrides: dict[str, CircuitOverride] = {}
    for item in items:
        name: str = item["id"]["S"]
        if name.endswith(_OVERRIDE):
            overrides[name.removesuffix(_OVERRIDE)] = override_from_item(item)
        elif "state" in item:  # items of rate limits have none
            circuits[name] = circuit_from_item(item)
    routes = sorted({*circuits, *overrides})
    return [replace(circuits.get(route, Circuit(route)), override=overrides.get(route)) for route in routes]


def item_from_circuit(circuit: Circuit) -> Typed:
    """Return the whole item of a circuit, without a window."""
    owner = {CircuitState.OPEN: _PLACEHOLDER_OWNER, CircuitState.HALF_OPEN: circuit.lease_id, CircuitState.CLOSED: None}
    return to_typed(
        {
            "id": circuit.route,
            "state": circuit.state,
            "failure_count": circuit.failures,
            "opened_at": _epoch(circuit.opened_at),
            "half_open_owner": owner[circuit.state],
            "ver": circuit.version,
            "retry_at": circuit.retry_at,
            "open_count": circuit.open_count,
            "lease_until": circuit.lease_until,
            "reason": circuit.reason,
            "transitions": circuit.transitions,
        }
    )


def item_from_override(route: str, override: CircuitOverride) -> Typed:
    """Return the whole item of an override."""
    attributes = {
        "forced_state": override.state,
        "actor": override.actor,
        "reason": override.reason,
        "set_at": override.set_at,
        "expires_at": override.expires_at,
    }
    return {**override_key(route), **to_typed(attributes)}


def override_from_item(item: Mapping[str, Any]) -> CircuitOverride:
    """Return the override that an item holds."""
    plain = to_plain(item)
    return CircuitOverride(
        state=CircuitState(plain["forced_state"]),
        actor=plain["actor"],
        reason=plain["reason"],
        set_at=datetime.fromisoformat(plain["set_at"]),
        expires_at=datetime.fromisoformat(plain["expires_at"]),
    )


def circuit_from_item(item: Mapping[str, Any]) -> Circuit:
    """Return the circuit that an item holds, written by us or by Powertools."""
    plain = to_plain(item)
    state = CircuitState(plain["state"])
    circuit = Circuit(
        route=plain["id"],
        state=state,
        version=plain.get("ver"),
        retry_at=_moment(plain.get("retry_at")),
        open_count=int(plain.get("open_count", 0)),
        lease_id=plain.get("half_open_owner") if state is CircuitState.HALF_OPEN else None,
        lease_until=_moment(plain.get("lease_until")),
        reason=plain.get("reason"),
        opened_at=_from_epoch(plain.get("opened_at")),
        failures=int(plain.get("failure_count", 0)),
        transitions=int(plain.get("transitions", 0)),
    )
    return circuit if circuit.version else _foreign(circuit, plain)


def window_from_item(item: Mapping[str, Any]) -> Window | None:
    """Return the window that an item holds, or None."""
    plain = to_plain(item)
    if "window_started_at" not in plain:
        return None
    return Window(
        started_at=datetime.fromisoformat(plain["window_started_at"]),
        failures=int(plain["window_failures"]),
        successes=int(plain["window_successes"]),
        instances=frozenset(plain["window_instances"]),
    )


def is_still(before: Circuit) -> tuple[str, dict[str, object]]:
    """Return the condition that the item still holds `before`, and the values that the condition refers to.

    An item of Powertools has no version: its state and its `opened_at` identify it.
    """
    if before.version:
        return "#ver = :ver AND #state = :state", {":ver": before.version, ":state": before.state}
    if before.state is CircuitState.CLOSED:
        condition = "attribute_not_exists(#ver) AND (attribute_not_exists(#id) OR #state = :state)"
        return condition, {":state": before.state}
    condition = "attribute_not_exists(#ver) AND #state = :state AND "
    if before.opened_at is None:
        return condition + "attribute_not_exists(#opened_at)", {":state": before.state}
    return condition + "#opened_at = :opened_at", {":state": before.state, ":opened_at": _epoch(before.opened_at)}


def _foreign(circuit: Circuit, plain: Plain) -> Circuit:
    retry_at = circuit.opened_at + _FOREIGN_OPEN_TIME if circuit.opened_at else None
    lease_until = _from_epoch(plain.get("probe_lease_expiry"))
    if circuit.state is CircuitState.OPEN:
        return replace(circuit, retry_at=retry_at, reason="opened by Powertools")
    return replace(circuit, lease_until=lease_until) if circuit.state is CircuitState.HALF_OPEN else circuit


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _epoch(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


def _from_epoch(seconds: Decimal | None) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds is not None else None
