"""JSON Schemas (2020-12) of events: one per detail type, of the whole `detail` as it is published.

They describe what a subscriber may rely on. So they do not forbid further fields: a later release may add some.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Union, get_args

from pydantic import Field, create_model

from picturebook.events.circuits import CircuitClosed, CircuitHalfOpened, CircuitOpened
from picturebook.events.envelope import DetailType, EventMetadata
from picturebook.events.payload import Payload
from picturebook.events.picture_payloads import ImageCompleted, ImageFailed, ImageHeld, ImageRetrying, ImageStarted
from picturebook.events.refusals import RefusedControl, RefusedRequest, StoryRejected
from picturebook.events.retirements import ModelRetiring
from picturebook.events.story_payloads import (
    BudgetExhausted,
    StoryAccepted,
    StoryCancelled,
    StoryCompleted,
    StoryFailed,
    StoryPartiallyCompleted,
    StoryProgressed,
)

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_PAYLOADS: tuple[type[Payload], ...] = (
    StoryAccepted,
    StoryRejected,
    ImageStarted,
    ImageRetrying,
    ImageCompleted,
    ImageFailed,
    RefusedRequest,
    RefusedControl,
    ImageHeld,
    StoryProgressed,
    StoryCompleted,
    StoryPartiallyCompleted,
    StoryFailed,
    StoryCancelled,
    BudgetExhausted,
    CircuitOpened,
    CircuitHalfOpened,
    CircuitClosed,
    ModelRetiring,
)


def payloads() -> Mapping[str, tuple[type[Payload], ...]]:
    """Return the payload models of each detail type, in the order of the detail types."""
    found: dict[str, tuple[type[Payload], ...]] = defaultdict(tuple)
    for payload in _PAYLOADS:
        found[payload.detail_type] += (payload,)
    return {detail_type: found[detail_type] for detail_type in get_args(DetailType)}


def event_schemas() -> Mapping[str, Schema]:
    """Return the JSON Schema of each detail type's `detail`."""
    return {detail_type: _detail_schema(detail_type, models) for detail_type, models in payloads().items()}


def metadata_schema() -> Schema:
    """Return the JSON Schema of the metadata that every event carries."""
    return _cleaned(EventMetadata.model_json_schema(mode="serialization"))


def payload_schema(payload: type[Payload]) -> Schema:
    """Return the JSON Schema of one payload model."""
    return _cleaned(payload.model_json_schema(mode="serialization"))


def _detail_schema(detail_type: str, models: tuple[type[Payload], ...]) -> Schema:
    # A union of types that are only known at runtime.
    data: Any = Union[models]  # noqa: UP007
    detail = create_model(detail_type, metadata=(EventMetadata, Field()), data=(data, Field()))
    return {"$schema": DIALECT, **_cleaned(detail.model_json_schema(mode="serialization"))}


def _cleaned(schema: Schema) -> Schema:
    """Return the schema without Python's defaults, titles of fields, and the ban of further fields."""
    kept: Schema = {}
    for keyword, value in schema.items():
        if keyword in {"properties", "$defs"}:
            kept[keyword] = {name: _cleaned(inner) for name, inner in value.items()}
            if keyword == "properties":
                for inner in kept[keyword].values():
                    inner.pop("title", None)
        elif keyword in {"anyOf", "prefixItems"}:
            kept[keyword] = [_cleaned(inner) for inner in value]
        elif isinstance(value, dict):
            kept[keyword] = _cleaned(value)
        elif keyword != "default" and not (keyword == "additionalProperties" and value is False):
            kept[keyword] = value
    return kept
