"""The envelope of every event: its detail type, its metadata, and how its id is derived.

An `event_id` is derived from what happened, and a `sequence` from the state of the event's subject. So the same fact
published twice is the same event, and subscribers deduplicate by `event_id`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from picturebook.models.strict_model import StrictModel

SOURCE = "picturebook"
_NAMESPACE = uuid.UUID("6f1d3c1e-6f0b-5c6e-9a53-6d8f0f1f7a11")

DetailType = Literal[
    "StoryAccepted",
    "StoryRejected",
    "ImageStarted",
    "ImageRetrying",
    "ImageCompleted",
    "ImageFailed",
    "ImageHeld",
    "StoryProgressed",
    "StoryCompleted",
    "StoryPartiallyCompleted",
    "StoryFailed",
    "StoryCancelled",
    "BudgetExhausted",
    "CircuitOpened",
    "CircuitHalfOpened",
    "CircuitClosed",
    "ModelRetiring",
]


class EventMetadata(StrictModel):
    """What every event carries beside its data."""

    # All fields are published, those with a default too.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    event_id: str = Field(
        description="A UUID, derived from the fact: the same fact published twice has the same id. "
        "Deduplicate by it, because EventBridge delivers at least once."
    )
    schema_version: Literal["1.0"] = Field(
        default="1.0", description="The version of this detail. A breaking change of any field makes it `2.0`."
    )
    story_id: str | None = Field(
        description="The story. Null for requests without a story, for circuits and for models. A refused story has "
        "its id only if the id could be read."
    )
    revision: str | None = Field(
        description="The story's revision, 16 hexadecimal digits. Null where `story_id` is null, and for refusals."
    )
    sequence: int = Field(
        description="Grows with the state of the event's subject. Order the events of one subject by it, not by "
        "arrival. A subject is one picture with all its takes (`Image…`), one run, which is `story_id` with "
        "`revision` (`Story…`), or one `route` (`Circuit…`). Refusals have no state: theirs is 0."
    )
    occurred_at: datetime = Field(
        description="When the fact was decided, in UTC. For a refusal: when the refusal was published."
    )
    correlation_id: str | None = Field(
        default=None, description="The id of the upload or message that led to this event, or null."
    )


class Event(StrictModel):
    """One event: its detail type, its metadata, and its data as JSON.

    Events are made by the functions of this package, whose data is a payload model's. A reader accepts any data: an
    event of a later release may have more fields.
    """

    detail_type: DetailType
    metadata: EventMetadata
    data: Mapping[str, object]


def event_id(detail_type: DetailType, *facts: object) -> str:
    """Return the id of a fact: the same facts give the same id, on every machine."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join([detail_type, *map(str, facts)])))
