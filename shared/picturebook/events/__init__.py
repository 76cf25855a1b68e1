"""The events on the bus: their envelope, one payload model per detail type, and the functions that make them.

`docs/events.md`, the samples in `events/announcements/` and the JSON Schemas in `events/schemas/` are generated from
the payload models. The functions are pure: the same state gives the same event, under the same id. The package knows
models and errors only. It does not know how an event is published.
"""

from picturebook.events.circuits import circuit_changed, circuit_overridden, override_ended
from picturebook.events.envelope import SOURCE, DetailType, Event, EventMetadata, event_id
from picturebook.events.pictures import image_ended, image_held, image_retaken, image_retrying, image_started
from picturebook.events.refusals import control_refused, request_refused, story_rejected
from picturebook.events.retirements import model_retiring
from picturebook.events.stories import budget_exhausted, story_accepted, story_ended, story_progressed

__all__ = [
    "SOURCE",
    "DetailType",
    "Event",
    "EventMetadata",
    "budget_exhausted",
    "circuit_changed",
    "circuit_overridden",
    "control_refused",
    "event_id",
    "image_ended",
    "image_held",
    "image_retaken",
    "image_retrying",
    "image_started",
    "model_retiring",
    "override_ended",
    "request_refused",
    "story_accepted",
    "story_ended",
    "story_progressed",
    "story_rejected",
]
