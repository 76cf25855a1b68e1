"""The events of a route's circuit: their payloads, and how they are made from the circuit's record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from picturebook.events.envelope import DetailType, Event, EventMetadata, event_id
from picturebook.events.payload import Moment, Payload, Sometimes
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState, Transition


class _CircuitPayload(Payload):
    route: str = Field(description="The route: the image service's host and the model, as `host/model`.")


class CircuitOpened(_CircuitPayload):
    """The circuit opened, so no call is made; or a person forced it open, or took a forced state back."""

    detail_type: ClassVar[DetailType] = "CircuitOpened"

    state: Literal[CircuitState.OPEN] = Field(description="The state that holds from now on.")
    reason: str = Field(
        description="Why it opened, such as `5 of 6 calls failed`; `override`: a person forced it; `override ended`: "
        "a person took that back, and the circuit is open by itself."
    )
    retry_at: Sometimes[Moment] = Field(
        default=None, description="When the next call may be tried, in UTC. Absent where a person did it."
    )
    actor: Sometimes[str] = Field(default=None, description="The person who forced it, or took that back.")
    explanation: Sometimes[str] = Field(default=None, description="Why that person forced it, in their words.")
    expires_at: Sometimes[Moment] = Field(
        default=None, description="When the forced state ends, in UTC. That it ends is not published."
    )


class CircuitHalfOpened(_CircuitPayload):
    """The circuit lets one call through, the probe; or a person took a forced state back meanwhile."""

    detail_type: ClassVar[DetailType] = "CircuitHalfOpened"

    state: Literal[CircuitState.HALF_OPEN] = Field(description="The state that holds from now on.")
    reason: str = Field(
        description="Why the circuit had opened; `override ended`: a person took a forced state back, and the circuit "
        "is half-open by itself."
    )
    actor: Sometimes[str] = Field(default=None, description="The person who took the forced state back.")


class CircuitClosed(_CircuitPayload):
    """The circuit lets all calls through again; or a person forced it closed, or took a forced state back."""

    detail_type: ClassVar[DetailType] = "CircuitClosed"

    state: Literal[CircuitState.CLOSED] = Field(description="The state that holds from now on.")
    reason: str = Field(
        description="Empty where the probe succeeded; `override`: a person forced it; `override ended`: a person took "
        "that back, and the circuit is closed by itself."
    )
    actor: Sometimes[str] = Field(default=None, description="The person who forced it, or took that back.")
    explanation: Sometimes[str] = Field(default=None, description="Why that person forced it, in their words.")
    expires_at: Sometimes[Moment] = Field(
        default=None, description="When the forced state ends, in UTC. That it ends is not published."
    )


_PAYLOADS: Mapping[CircuitState, type[CircuitOpened | CircuitHalfOpened | CircuitClosed]] = {
    CircuitState.OPEN: CircuitOpened,
    CircuitState.HALF_OPEN: CircuitHalfOpened,
    CircuitState.CLOSED: CircuitClosed,
}


def circuit_changed(transition: Transition) -> Event:
    """Return the event of a route's circuit that moved. Each transition has a version, so each is one fact."""
    after = transition.after
    facts: dict[str, object] = {"route": after.route, "state": after.state, "reason": after.reason or ""}
    if after.retry_at:
        facts["retry_at"] = after.retry_at
    payload = _PAYLOADS[after.state].model_validate(facts)
    id_of_fact = event_id(payload.detail_type, after.route, after.version)
    return payload.to_event(_metadata(after, id_of_fact, at=transition.occurred_at))


def circuit_overridden(circuit: Circuit, override: CircuitOverride) -> Event:
    """Return the event of a person who forced a circuit. It is one fact, whenever it is published."""
    said = {"explanation": override.reason, "expires_at": override.expires_at}
    return _by_hand(circuit, override, state=override.state, at=override.set_at, reason="override", said=said)


def override_ended(circuit: Circuit, override: CircuitOverride, *, actor: str, at: datetime) -> Event:
    """Return the event of `actor`, who took an override back: the circuit's own state holds again."""
    return _by_hand(circuit, override, state=circuit.state, at=at, reason="override ended", said={}, actor=actor)


def _by_hand(
    circuit: Circuit,
    override: CircuitOverride,
    *,
    state: CircuitState,
    at: datetime,
    reason: str,
    said: Mapping[str, object],
    actor: str | None = None,
) -> Event:
    facts = {"route": circuit.route, "state": state, "reason": reason, "actor": actor or override.actor, **said}
    payload = _PAYLOADS[state].model_validate(facts)
    id_of_fact = event_id(payload.detail_type, circuit.route, reason, override.set_at.isoformat(), override.actor)
    # The circuit has not moved: the event carries the sequence of its last move.
    return payload.to_event(_metadata(circuit, id_of_fact, at=at))


def _metadata(circuit: Circuit, id_of_fact: str, *, at: datetime) -> EventMetadata:
    return EventMetadata(
        event_id=id_of_fact, story_id=None, revision=None, sequence=circuit.transitions, occurred_at=at
    )
