"""The events on the bus, and their ids.

An `event_id` is derived from the fact, and a `sequence` from the state of its subject, so publishing a fact twice
publishes the same event. Subscribers deduplicate by `event_id`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

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
    """The metadata of every event. `occurred_at` is in UTC; `sequence` grows with the state of its subject."""

    event_id: str
    schema_version: Literal["1.0"] = "1.0"
    story_id: str | None
    revision: str | None
    sequence: int
    occurred_at: datetime
    correlation_id: str | None = None


class Event(StrictModel):
    """One event: its detail type, its metadata, and data as documented in docs/events.md."""

    detail_type: DetailType
    metadata: EventMetadata
    data: Mapping[str, object]


def event_id(detail_type: DetailType, *facts: object) -> str:
    """Return the id of an event; the same facts give the same id on every machine."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join([detail_type, *map(str, facts)])))
