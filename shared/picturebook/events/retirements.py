"""The event of a model that is gone, or goes soon."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from picturebook.events.envelope import DetailType, Event, EventMetadata, event_id
from picturebook.events.payload import Payload
from picturebook.models.retirement import Retirement

RetirementSource = Literal["catalogue", "provider"]


class ModelRetiring(Payload):
    """A model is gone, or goes within 90 days: a story asked for it, or the daily check found it.

    It is one fact per model and day of retirement, and is published each time that it is found.
    """

    detail_type: ClassVar[DetailType] = "ModelRetiring"

    model: str = Field(description="The model's name.")
    retires_on: date | None = Field(description="The day it goes, or null where it went without an announcement.")
    replaced_by: str | None = Field(description="The model that replaces it, or null where none does.")
    is_gone: bool = Field(description="Whether it is gone already.")
    is_replaced: bool = Field(description="Whether the replacement draws already.")
    source: RetirementSource = Field(
        description="Who names the day: our `catalogue`, or the `provider` where the image service names a day that "
        "the catalogue does not have."
    )


def model_retiring(retirement: Retirement, *, at: datetime, source: RetirementSource = "catalogue") -> Event:
    """Return the event of a retirement. It is one fact, whichever story and whichever daily check finds it."""
    payload = ModelRetiring(
        model=retirement.model,
        retires_on=retirement.retires_on,
        replaced_by=retirement.replaced_by,
        is_gone=retirement.is_gone,
        is_replaced=retirement.is_replaced,
        source=source,
    )
    day = retirement.retires_on.isoformat() if retirement.retires_on else None
    metadata = EventMetadata(
        event_id=event_id(payload.detail_type, retirement.model, day),
        story_id=None,
        revision=None,
        sequence=0,
        occurred_at=at,
    )
    return payload.to_event(metadata)
