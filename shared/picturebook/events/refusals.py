"""The events of refused input: their payloads, and how they are made from the error that refused it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from picturebook.errors import InputRefusedError
from picturebook.events.envelope import DetailType, Event, EventMetadata, event_id
from picturebook.events.payload import Payload, Sometimes

_CAUSES = (
    "The kind of refusal, in a word: the validator's, such as `missing`; or `not_redrawable`, `not_held`, `cancelled`, "
    "`superseded`, `over_budget`, `unknown_run`, `unknown_story`, `quarantined` (reading the message ended the "
    "process each time)."
)


class _Refusal(Payload):
    field: str = Field(description="The field that is wrong, such as `pages[1].text`.")
    problem: str = Field(description="What is wrong with it.")
    accepted: str = Field(description="What would have been accepted.")


class StoryRejected(_Refusal):
    """A story was refused before any paid call; or a message wanted to cancel a story that was never accepted."""

    detail_type: ClassVar[DetailType] = "StoryRejected"

    reason: str = Field(
        description="The kind of refusal, in a word: the validator's, such as `missing`; or `over_budget`, "
        "`moderation`, `unknown_story`, `quarantined` (the story ended each process that handled it)."
    )
    message: str = Field(description="`field`, `problem` and `accepted` in one sentence.")
    origin: str = Field(description="Where it came from: the object with its version, if it has one, or the message.")


class _RefusedMessage(_Refusal):
    detail_type: ClassVar[DetailType] = "ImageFailed"

    reason: Literal["refused_input"] = Field(description="Always `refused_input`.")
    message: str = Field(description="`field`, `problem` and `accepted` in one sentence.")
    origin: str = Field(description="The message that was refused.")


class RefusedRequest(_RefusedMessage):
    """A message on an image queue was refused. It is named only as far as it could be read."""

    picture_id: Sometimes[str] = Field(default=None, description="The picture.")
    kind: Sometimes[str] = Field(default=None, description="`character` or `page`.")
    request_id: Sometimes[str] = Field(default=None, description="The request's id, for a request without a story.")
    cause: str = Field(description=_CAUSES)
    explanation: str = Field(description="The same sentence as `message`.")
    attempts: Literal[0] = Field(description="Always 0: no call was made.")


class RefusedControl(_RefusedMessage):
    """A message on the control queue was refused. It ends nothing: the picture and its story stay as they are."""

    action: Sometimes[str] = Field(default=None, description="`cancel`, `redraw` or `resolve`.")
    request_id: Sometimes[str] = Field(default=None, description="The request that the message named.")
    picture_id: Sometimes[str] = Field(default=None, description="The picture that the message named.")
    cause: str = Field(description=_CAUSES)
    explanation: str = Field(description="The same sentence as `message`.")
    attempts: Literal[0] = Field(description="Always 0: no call was made.")


def story_rejected(error: InputRefusedError, raw: str, *, origin: str, at: datetime) -> Event:
    """Return the event of a refused story. The same `raw` text from the same `origin` is the same fact."""
    payload = StoryRejected(
        field=error.field,
        problem=error.problem,
        accepted=error.accepted,
        reason=error.reason,
        message=error.message,
        origin=origin,
    )
    return payload.to_event(_metadata(error, _rejection_id(raw, origin), at=at))


def request_refused(error: InputRefusedError, raw: str, *, origin: str, at: datetime) -> Event:
    """Return the event of a refused message on an image queue: an `ImageFailed` whose picture may have no name."""
    return _message_refused(RefusedRequest, error, raw, origin=origin, at=at)


def control_refused(error: InputRefusedError, raw: str, *, origin: str, at: datetime) -> Event:
    """Return the event of a refused control message.

    It is an `ImageFailed`; only the cancellation of a story that was never accepted is a `StoryRejected`.
    """
    if error.reason == "unknown_story" and error.about.get("action") == "cancel":
        return story_rejected(error, raw, origin=origin, at=at)
    return _message_refused(RefusedControl, error, raw, origin=origin, at=at)


def _message_refused(
    payload_type: type[RefusedRequest | RefusedControl],
    error: InputRefusedError,
    raw: str,
    *,
    origin: str,
    at: datetime,
) -> Event:
    payload = payload_type.model_validate(
        {
            "field": error.field,
            "problem": error.problem,
            "accepted": error.accepted,
            "reason": "refused_input",
            "message": error.message,
            "origin": origin,
            **error.about,
            "cause": error.reason,
            "explanation": error.message,
            "attempts": 0,
        }
    )
    id_of_fact = event_id(payload.detail_type, _rejection_id(raw, origin))
    return payload.to_event(_metadata(error, id_of_fact, at=at))


def _rejection_id(raw: str, origin: str) -> str:
    digest = hashlib.sha256(raw.encode("utf-8", "surrogateescape")).hexdigest()
    return event_id("StoryRejected", origin, digest)


def _metadata(error: InputRefusedError, id_of_fact: str, *, at: datetime) -> EventMetadata:
    return EventMetadata(event_id=id_of_fact, story_id=error.story_id, revision=None, sequence=0, occurred_at=at)
