"""What is said on the bus, made from what the ledger holds. Pure: the same state gives the same events."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

from picturebook.catalogue import Retirement
from picturebook.errors import InputRefusedError, PicturebookError
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState, Transition
from picturebook.models.events import DetailType, Event, EventMetadata, event_id
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.pictures import Costs, PictureOutcome, PictureRef, PictureStatus
from picturebook.models.runs import PictureRecord, Run
from picturebook.planning import StoryPlan

# A picture's events are ordered by take, then by claim, then as they follow each other under one claim.
_PLACES_PER_TAKE = 1_000_000
_STARTED, _RETRYING, _HELD, _ENDED = range(4)
_PLACES_PER_CLAIM = 4


def story_accepted(run: Run, plan: StoryPlan) -> Event:
    """The run's record is written; its pictures are being queued."""
    data: dict[str, object] = {
        "title": plan.story.title,
        "pictures_total": run.pictures_total,
        "pictures_drawn_already": sum(message.is_drawn_already for message in plan.messages),
        "worst_cost_usd": _usd(plan.worst_cost_usd),
        "accepted_at": run.accepted_at.isoformat(),
    }
    if plan.moderation:
        data["moderation"] = plan.moderation.model_dump(mode="json")
    return _of_run("StoryAccepted", run, sequence=0, occurred_at=run.accepted_at, data=data)


def story_rejected(error: InputRefusedError, raw: str, *, origin: str, at: datetime) -> Event:
    """A story was refused. The same bytes from the same place are the same refusal."""
    digest = hashlib.sha256(raw.encode("utf-8", "surrogateescape")).hexdigest()
    return Event(
        detail_type="StoryRejected",
        metadata=EventMetadata(
            event_id=event_id("StoryRejected", origin, digest),
            story_id=error.story_id,
            revision=None,
            sequence=0,
            occurred_at=at,
        ),
        data={**error.details, "message": error.message, "origin": origin},
    )


def request_refused(error: InputRefusedError, raw: str, *, origin: str, at: datetime) -> Event:
    """A message on an image queue was refused: announced as a failed picture that nobody can name."""
    rejected = story_rejected(error, raw, origin=origin, at=at)
    metadata = rejected.metadata.model_copy(update={"event_id": event_id("ImageFailed", rejected.metadata.event_id)})
    said = {"reason": "refused_input", "cause": error.reason, "explanation": error.message, "attempts": 0}
    data = {**rejected.data, **error.about, **said}
    return Event(detail_type="ImageFailed", metadata=metadata, data=data)


def control_refused(error: InputRefusedError, raw: str, *, origin: str, at: datetime) -> Event:
    """A control message was refused, which ends nothing: only the cancellation of a story that nobody knows is one."""
    if error.reason == "unknown_story" and error.about.get("action") == "cancel":
        return story_rejected(error, raw, origin=origin, at=at)
    return request_refused(error, raw, origin=origin, at=at)


def image_started(message: AnyDrawMessage, *, attempt: int, at: datetime) -> Event:
    """A paid call is about to be made."""
    data = {"attempt": attempt}
    return _of_picture(
        "ImageStarted", message, sequence=_sequence(message.picture, attempt, _STARTED), at=at, data=data
    )


def image_retrying(message: AnyDrawMessage, *, attempt: int, error: BaseException, wait: float, at: datetime) -> Event:
    """A try failed, and another one follows after `wait` seconds."""
    data = {
        "attempt": attempt,
        "error": type(error).__name__,
        "explanation": error.message if isinstance(error, PicturebookError) else "",
        "wait_seconds": round(wait, 1),
    }
    sequence = _sequence(message.picture, attempt, _RETRYING)
    return _of_picture("ImageRetrying", message, sequence=sequence, at=at, data=data)


def image_retaken(message: AnyDrawMessage, record: PictureRecord) -> Event:
    """A picture was drawn and did not pass its checks: it is drawn once more, and not published meanwhile."""
    outcome, decided_at = _decided(record)
    data = {
        "attempt": outcome.attempts,
        "error": "FailedChecks",
        "explanation": f"The picture did not pass: {', '.join(outcome.findings)}",
        "wait_seconds": 0.0,
        "findings": list(outcome.findings),
        "scores": dict(outcome.scores),
    }
    sequence = _sequence(message.picture, outcome.attempts, _ENDED)
    return _of_picture("ImageRetrying", message, sequence=sequence, at=decided_at, data=data)


def image_held(
    message: AnyDrawMessage, record: PictureRecord, *, at_risk_usd: Decimal | None, explanation: str
) -> Event:
    """A paid call was lost, and a person is asked whether to pay again; `at_risk_usd` is what it cost at the most."""
    if record.held_at is None or record.held_until is None:
        raise ValueError("a picture that is not held has nothing to announce")
    data = {
        "attempts": record.attempts,
        "held_until": record.held_until.isoformat(),
        "at_risk_usd": _usd(at_risk_usd),
        "explanation": explanation,
    }
    sequence = _sequence(message.picture, record.attempts, _HELD)
    return _of_picture("ImageHeld", message, sequence=sequence, at=record.held_at, data=data)


def budget_exhausted(
    run: Run, *, max_cost_usd: Decimal | None, wanted_usd: Decimal | None, wanted_for: str, at: datetime
) -> Event:
    """The story's maximum does not allow what was wanted; one fact per run, however often it is met."""
    data = {
        "max_cost_usd": _usd(max_cost_usd),
        "spare_usd": _usd(run.spare_usd),
        "wanted_usd": _usd(wanted_usd),
        "wanted_for": wanted_for,
    }
    return _of_run("BudgetExhausted", run, sequence=run.pictures_total, occurred_at=at, data=data)


def image_ended(
    message: AnyDrawMessage, record: PictureRecord, *, uri: str | None, failed_after: PictureRecord | None = None
) -> Event:
    """The picture's ending, as it was decided: `ImageCompleted` or `ImageFailed`.

    `failed_after` is the further take that was to be better than this one and failed: this one is published after it.
    """
    outcome, decided_at = _decided(record)
    drawn = outcome.status is PictureStatus.DRAWN
    data: dict[str, object] = outcome.model_dump(mode="json", exclude_none=True, exclude={"is_retaken", "needs_review"})
    if drawn:
        # A take whose further take failed is in the book after all.
        data["needs_review"] = outcome.needs_review or outcome.is_retaken
    if uri:
        data["uri"] = uri
    if record.repays:
        # What the lost call cost nobody knows, so the picture's cost is unknown; that money is at risk is said.
        data.pop("cost_usd", None)
        data.pop("costs", None)
        data["lost_calls"] = record.repays
    sequence = _sequence(message.picture, outcome.attempts, _ENDED)
    if failed_after and failed_after.outcome:
        last = failed_after.outcome
        sequence = _sequence(failed_after.picture, last.attempts, _ENDED)
        told = {"reason": last.reason, "explanation": last.explanation}
        data["further_take"] = {"take": failed_after.picture.take, **told}
    detail_type: DetailType = "ImageCompleted" if drawn else "ImageFailed"
    return _of_picture(detail_type, message, sequence=sequence, at=decided_at, data=data, facts=())


def story_progressed(run: Run, *, at: datetime) -> Event:
    """One more picture of the run has ended."""
    percent = 100 * run.settled // run.pictures_total
    data = {"settled": run.settled, "pictures_total": run.pictures_total, "percent": percent}
    return _of_run("StoryProgressed", run, sequence=run.settled, occurred_at=at, data=data)


def story_ended(
    run: Run,
    shown: Collection[PictureRecord],
    *,
    costs: Costs,
    worst_cost_usd: Decimal | None,
    manifest_uri: str | None,
) -> Event:
    """The run's ending, as it was decided, with what it cost beside what it was estimated to cost at the most.

    `shown` are the records of the takes that the book shows.

    A kind of cost of which a part is unknown is said to be unknown, and so is the sum.
    """
    if run.ending is None or run.decided_at is None:
        raise ValueError("a run that has not ended has no ending to announce")
    data: dict[str, object] = {
        "pictures_total": run.pictures_total,
        "pictures_drawn": sum(record.is_drawn for record in shown),
        "pictures_to_review": sum(record.needs_review for record in shown),
        "cost_usd": _usd(costs.total),
        "costs": {kind: _usd(usd) for kind, usd in costs},
        "worst_cost_usd": _usd(worst_cost_usd),
    }
    if run.ending_reason:
        data["reason"] = run.ending_reason
    if manifest_uri:
        data["manifest_uri"] = manifest_uri
    return _of_run(run.ending.value, run, sequence=run.pictures_total + 1, occurred_at=run.decided_at, data=data)


_CIRCUIT_EVENTS: Mapping[CircuitState, DetailType] = {
    CircuitState.CLOSED: "CircuitClosed",
    CircuitState.OPEN: "CircuitOpened",
    CircuitState.HALF_OPEN: "CircuitHalfOpened",
}


def circuit_changed(transition: Transition) -> Event:
    """A route's circuit moved. A transition has a version of its own, so nobody announces it as two."""
    after = transition.after
    detail_type = _CIRCUIT_EVENTS[after.state]
    data: dict[str, object] = {"route": after.route, "state": after.state.value, "reason": after.reason or ""}
    if after.retry_at:
        data["retry_at"] = after.retry_at.isoformat()
    return Event(
        detail_type=detail_type,
        metadata=EventMetadata(
            event_id=event_id(detail_type, after.route, after.version),
            story_id=None,
            revision=None,
            sequence=after.transitions,
            occurred_at=transition.occurred_at,
        ),
        data=data,
    )


def circuit_overridden(circuit: Circuit, override: CircuitOverride) -> Event:
    """A person forced a route's circuit; setting it is one fact, whenever it is told."""
    data = {
        "state": override.state.value,
        "reason": "override",
        "actor": override.actor,
        "explanation": override.reason,
        "expires_at": override.expires_at.isoformat(),
    }
    return _by_hand(circuit, override, state=override.state, at=override.set_at, data=data)


def override_ended(circuit: Circuit, override: CircuitOverride, *, actor: str, at: datetime) -> Event:
    """A person took an override back: from now on the circuit is what it is by itself."""
    data = {"state": circuit.state.value, "reason": "override ended", "actor": actor}
    return _by_hand(circuit, override, state=circuit.state, at=at, data=data)


def _by_hand(
    circuit: Circuit, override: CircuitOverride, *, state: CircuitState, at: datetime, data: Mapping[str, str]
) -> Event:
    detail_type = _CIRCUIT_EVENTS[state]
    return Event(
        detail_type=detail_type,
        metadata=EventMetadata(
            event_id=event_id(detail_type, circuit.route, data["reason"], override.set_at.isoformat(), override.actor),
            story_id=None,
            revision=None,
            # No move of the circuit: it stands beside the last one.
            sequence=circuit.transitions,
            occurred_at=at,
        ),
        data={"route": circuit.route, **data},
    )


def model_retiring(
    retirement: Retirement, *, at: datetime, source: Literal["catalogue", "provider"] = "catalogue"
) -> Event:
    """A model is gone, or goes soon: one fact, whichever story and whichever daily check meets it."""
    retires_on = retirement.retires_on.isoformat() if retirement.retires_on else None
    return Event(
        detail_type="ModelRetiring",
        metadata=EventMetadata(
            event_id=event_id("ModelRetiring", retirement.model, retires_on),
            story_id=None,
            revision=None,
            sequence=0,
            occurred_at=at,
        ),
        data={
            "model": retirement.model,
            "retires_on": retires_on,
            "replaced_by": retirement.replaced_by,
            "is_gone": retirement.is_gone,
            "is_replaced": retirement.is_replaced,
            "source": source,
        },
    )


def _of_run(
    detail_type: DetailType, run: Run, *, sequence: int, occurred_at: datetime, data: Mapping[str, object]
) -> Event:
    return Event(
        detail_type=detail_type,
        metadata=EventMetadata(
            event_id=event_id(detail_type, run.story_id, run.revision, sequence),
            story_id=run.story_id,
            revision=run.revision,
            sequence=sequence,
            occurred_at=occurred_at,
            correlation_id=run.correlation_id,
        ),
        data=data,
    )


def _of_picture(
    detail_type: DetailType,
    message: AnyDrawMessage,
    *,
    sequence: int,
    at: datetime,
    data: Mapping[str, object],
    facts: tuple[object, ...] | None = None,
) -> Event:
    picture = message.picture
    # An ending is one fact per take, however many tries led to it; a try is one fact per number.
    told = (sequence,) if facts is None else facts
    return Event(
        detail_type=detail_type,
        metadata=EventMetadata(
            event_id=event_id(detail_type, picture.owner, picture.picture_id, picture.take, *told),
            story_id=picture.story_id,
            revision=picture.revision,
            sequence=sequence,
            occurred_at=at,
            correlation_id=message.correlation_id,
        ),
        data={
            "picture_id": picture.picture_id,
            "kind": message.kind.value,
            "take": picture.take,
            **_subject(message),
            **data,
        },
    )


def _subject(message: AnyDrawMessage) -> dict[str, object]:
    subject: dict[str, object] = {"request_id": message.request_id} if message.request_id else {}
    if isinstance(message, DrawPageMessage):
        subject["page_number"] = message.page.page_number
    else:
        subject["character"] = message.character.name
    return subject


def _sequence(picture: PictureRef, attempt: int, place: int) -> int:
    return picture.take * _PLACES_PER_TAKE + attempt * _PLACES_PER_CLAIM + place


def _usd(amount: Decimal | None) -> str:
    return "unknown" if amount is None else str(amount)


def _decided(record: PictureRecord) -> tuple[PictureOutcome, datetime]:
    if record.outcome is None or record.decided_at is None:
        raise ValueError("a picture that has not ended has no ending to announce")
    return record.outcome, record.decided_at
