"""Makes the events of a picture from its message and the ledger's record."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from picturebook.errors import PicturebookError
from picturebook.events.envelope import Event, EventMetadata, event_id
from picturebook.events.payload import Payload
from picturebook.events.picture_payloads import ImageCompleted, ImageFailed, ImageHeld, ImageRetrying, ImageStarted
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.pictures import PictureOutcome, PictureRef, PictureStatus
from picturebook.models.runs import PictureRecord

# A picture's events are ordered by take, then by claim, then as they follow each other under one claim.
_PLACES_PER_TAKE = 1_000_000
_STARTED, _RETRYING, _HELD, _ENDED = range(4)
_PLACES_PER_CLAIM = 4


def image_started(message: AnyDrawMessage, *, attempt: int, at: datetime) -> Event:
    """Return the event of a paid call that is about to be made, the take's number `attempt` from 1."""
    payload = ImageStarted.model_validate({**_subject(message), "attempt": attempt})
    return _attempt_event(payload, message, sequence=_sequence(message.picture, attempt, _STARTED), at=at)


def image_retrying(message: AnyDrawMessage, *, attempt: int, error: BaseException, wait: float, at: datetime) -> Event:
    """Return the event of an attempt that failed, and that another one follows after `wait` seconds."""
    facts = {
        "attempt": attempt,
        "error": type(error).__name__,
        # Only our own errors' sentences are safe to publish: a library's may quote prompts and keys.
        "explanation": error.message if isinstance(error, PicturebookError) else "",
        "wait_seconds": round(wait, 1),
    }
    payload = ImageRetrying.model_validate({**_subject(message), **facts})
    return _attempt_event(payload, message, sequence=_sequence(message.picture, attempt, _RETRYING), at=at)


def image_retaken(message: AnyDrawMessage, record: PictureRecord) -> Event:
    """Return the event of a drawn picture that did not pass its checks and is drawn once more."""
    outcome, decided_at = _decided(record)
    facts = {
        "attempt": outcome.attempts,
        "error": "FailedChecks",
        "explanation": f"The picture did not pass: {', '.join(outcome.findings)}",
        "wait_seconds": 0.0,
        "findings": outcome.findings,
        "scores": outcome.scores,
    }
    payload = ImageRetrying.model_validate({**_subject(message), **facts})
    sequence = _sequence(message.picture, outcome.attempts, _ENDED)
    return _attempt_event(payload, message, sequence=sequence, at=decided_at)


def image_held(
    message: AnyDrawMessage, record: PictureRecord, *, at_risk_usd: Decimal | None, explanation: str
) -> Event:
    """Return the event of a picture whose paid call was lost, and for which a person decides whether to pay again.

    `at_risk_usd` is the most that the lost call may have cost, None where that is unknown. Raises ValueError for a
    picture that is not held.
    """
    if record.held_at is None or record.held_until is None:
        raise ValueError("a picture that is not held has nothing to publish")
    facts = {
        "attempts": record.attempts,
        "held_until": record.held_until,
        "at_risk_usd": at_risk_usd,
        "explanation": explanation,
    }
    payload = ImageHeld.model_validate({**_subject(message), **facts})
    sequence = _sequence(message.picture, record.attempts, _HELD)
    return _attempt_event(payload, message, sequence=sequence, at=record.held_at)


def image_ended(
    message: AnyDrawMessage, record: PictureRecord, *, uri: str | None, failed_after: PictureRecord | None = None
) -> Event:
    """Return the event of the take's ending, as it was decided: `ImageCompleted` or `ImageFailed`.

    `uri` is the original's address, None for a picture that failed. `failed_after` is the further take that was drawn
    in place of this one and failed, so that this one is published after it. Raises ValueError for a take that has
    not ended.
    """
    outcome, decided_at = _decided(record)
    payload: Payload
    if outcome.status is PictureStatus.DRAWN:
        payload = _completed(message, record, outcome, uri=uri, failed_after=failed_after)
    else:
        payload = ImageFailed.model_validate(_ending(message, record, outcome))
    last_picture, last = record.picture, outcome
    if failed_after and failed_after.outcome:
        last_picture, last = failed_after.picture, failed_after.outcome
    # An ending is one fact per take, however many attempts led to it.
    return _event(payload, message, sequence=_sequence(last_picture, last.attempts, _ENDED), at=decided_at)


def _completed(
    message: AnyDrawMessage,
    record: PictureRecord,
    outcome: PictureOutcome,
    *,
    uri: str | None,
    failed_after: PictureRecord | None,
) -> ImageCompleted:
    facts = _ending(message, record, outcome)
    # A take whose further take failed is in the book after all.
    facts |= {"needs_review": outcome.needs_review or outcome.is_retaken, "uri": uri}
    if failed_after and failed_after.outcome:
        last = failed_after.outcome
        further = {"take": failed_after.picture.take, "reason": last.reason, "explanation": last.explanation}
        facts["further_take"] = further
    return ImageCompleted.model_validate(facts)


def _ending(message: AnyDrawMessage, record: PictureRecord, outcome: PictureOutcome) -> dict[str, object]:
    """Return what the two endings have in common."""
    decided = outcome.model_dump(exclude_none=True, exclude={"is_retaken", "needs_review"})
    facts = {**_subject(message), **decided}
    if record.repays:
        # The cost of the lost call is unknown, and so is the picture's.
        facts.pop("cost_usd", None)
        facts.pop("costs", None)
        facts["lost_calls"] = record.repays
    return facts


def _subject(message: AnyDrawMessage) -> dict[str, object]:
    picture = message.picture
    subject = {
        "picture_id": picture.picture_id,
        "kind": message.kind,
        "take": picture.take,
        "request_id": message.request_id,
    }
    if isinstance(message, DrawPageMessage):
        return {**subject, "page_number": message.page.page_number}
    return {**subject, "character": message.character.name}


def _attempt_event(payload: Payload, message: AnyDrawMessage, *, sequence: int, at: datetime) -> Event:
    """Return the event of an attempt, which is one fact per number."""
    return _event(payload, message, sequence, sequence=sequence, at=at)


def _event(payload: Payload, message: AnyDrawMessage, *facts: object, sequence: int, at: datetime) -> Event:
    picture = message.picture
    return payload.to_event(
        EventMetadata(
            event_id=event_id(payload.detail_type, picture.owner, picture.picture_id, picture.take, *facts),
            story_id=picture.story_id,
            revision=picture.revision,
            sequence=sequence,
            occurred_at=at,
            correlation_id=message.correlation_id,
        )
    )


def _sequence(picture: PictureRef, attempt: int, place: int) -> int:
    return picture.take * _PLACES_PER_TAKE + attempt * _PLACES_PER_CLAIM + place


def _decided(record: PictureRecord) -> tuple[PictureOutcome, datetime]:
    if record.outcome is None or record.decided_at is None:
        raise ValueError("a picture that has not ended has no ending to publish")
    return record.outcome, record.decided_at
