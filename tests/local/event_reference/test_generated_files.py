"""The tables, samples and schemas in the repository are the generated ones, and they show every field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import ValidationError

from local.event_reference.compatibility import breaking_changes
from local.event_reference.generated_files import generated_files, last_release, stale_files
from local.event_reference.samples import sample_events
from local.event_reference.schemas import Schema, event_schemas, payload_schema, payloads
from picturebook.events import DetailType, Event
from picturebook.events.payload import Payload

SAMPLES = sample_events()
MODELS = [model for models in payloads().values() for model in models]


def test_the_generated_files_are_current() -> None:
    assert stale_files() == [], "run `make event-docs`"


def test_no_schema_breaks_subscribers_of_the_last_release() -> None:
    version, released = last_release()
    assert released, f"release {version} has no schemas"
    assert breaking_changes(released, event_schemas()) == []


def test_every_detail_type_has_a_schema_a_sample_and_a_section() -> None:
    detail_types = set(get_args(DetailType))
    assert set(event_schemas()) == detail_types
    assert {event.detail_type for event in SAMPLES.values()} == detail_types
    document = next(content for path, content in generated_files().items() if path.suffix == ".md")
    assert all(f"### {detail_type}\n" in document for detail_type in detail_types)


def test_every_payload_model_is_in_the_reference() -> None:
    assert set(MODELS) == set(published_models(Payload))


def published_models(model: type[Payload]) -> Iterator[type[Payload]]:
    """Yield the layer's models below `model` that have a detail type, and are no mere base of others."""
    for below in model.__subclasses__():
        if below.__module__.startswith("picturebook.") and not below.__name__.startswith("_"):
            yield below
        yield from published_models(below)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_can_be_read_as_a_payload_of_its_detail_type(name: str) -> None:
    assert any(fits(model, SAMPLES[name]) for model in payloads()[SAMPLES[name].detail_type])


def fits(model: type[Payload], event: Event) -> bool:
    try:
        model.model_validate_json(json.dumps(event.data))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_samples_of_a_model_together_show_each_of_its_fields(model: type[Payload]) -> None:
    schema = payload_schema(model)
    shown: set[str] = set()
    for event in SAMPLES.values():
        if event.detail_type == model.detail_type and fits(model, event):
            shown |= set(places_in(event.data))
    documented = set(places_of(schema, schema.get("$defs", {})))
    assert shown == documented


def places_of(schema: Schema, definitions: Schema, prefix: str = "") -> Iterator[str]:
    """Yield the place of each field that a schema names, such as `derivatives[].key`."""
    for name, field in schema["properties"].items():
        yield f"{prefix}{name}"
        inner, place = resolved(field, definitions), f"{prefix}{name}."
        if inner.get("type") == "array":
            inner, place = resolved(inner.get("items", {}), definitions), f"{prefix}{name}[]."
        if "properties" in inner:
            yield from places_of(inner, definitions, place)


def resolved(schema: Schema, definitions: Schema) -> Schema:
    return definitions[schema["$ref"].removeprefix("#/$defs/")] if "$ref" in schema else schema


def places_in(data: object, prefix: str = "") -> Iterator[str]:
    """Yield the place of each field in published JSON; of `scores`, whose names are free, none."""
    if isinstance(data, list):
        for item in data:
            yield from places_in(item, f"{prefix.removesuffix('.')}[].")
    elif isinstance(data, dict):
        for name, value in data.items():
            yield f"{prefix}{name}"
            if name != "scores":
                yield from places_in(value, f"{prefix}{name}.")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_says_what_it_means(model: type[Payload]) -> None:
    schema = payload_schema(model)
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["description"]
        assert all(field.get("description") for field in part.get("properties", {}).values())
