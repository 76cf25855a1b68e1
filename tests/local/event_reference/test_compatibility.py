"""Which differences between two releases' schemas break subscribers, and which do not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from local.event_reference.compatibility import breaking_changes
from local.event_reference.schemas import Schema, event_schemas

# Small, and with a part of each form that the schemas of events have.
RELEASED: Schema = {
    "$defs": {
        "Metadata": {
            "type": "object",
            "properties": {"schema_version": {"type": "string", "const": "1.0"}, "story_id": {"type": "string"}},
            "required": ["schema_version", "story_id"],
        },
        "Part": {
            "type": "object",
            "properties": {"role": {"type": "string", "enum": ["web", "thumbnail"]}, "width": {"type": "integer"}},
            "required": ["role", "width"],
        },
        "Completed": {
            "type": "object",
            "properties": {
                "title": {"type": "string", "description": "The title."},
                "cost_usd": {"type": "string", "pattern": "^[0-9.]+$"},
                "held_until": {"type": "string", "format": "date-time"},
                "status": {"type": "string", "const": "drawn"},
                "retires_on": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
                "scores": {"type": "object", "additionalProperties": {"type": "integer"}},
                "usage": {"$ref": "#/$defs/Part", "description": "The usage."},
            },
            "required": ["title", "cost_usd", "status"],
        },
        "Refused": {"type": "object", "properties": {"cause": {"type": "string"}}, "required": ["cause"]},
    },
    "type": "object",
    "properties": {
        "metadata": {"$ref": "#/$defs/Metadata"},
        "data": {"anyOf": [{"$ref": "#/$defs/Completed"}, {"$ref": "#/$defs/Refused"}]},
    },
    "required": ["metadata", "data"],
}

Change = Callable[[dict[str, Any]], object]


def breaks_after(change: Change) -> list[str]:
    """Return the breaks after `change` of the definitions (`$defs`) of the released schema."""
    current = copy.deepcopy(RELEASED)
    change(current["$defs"])
    return breaking_changes({"Some": RELEASED}, {"Some": current})


def field(definitions: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = definitions["Completed"]["properties"][name]
    return found


EVENTS = event_schemas()

BREAKS: dict[str, tuple[Change, str]] = {
    "a field is gone": (
        lambda defs: defs["Completed"]["properties"].pop("title"),
        "Some.data.title: the field is gone",
    ),
    "a field that was sometimes present is gone": (
        lambda defs: defs["Completed"]["properties"].pop("usage"),
        "Some.data.usage: the field is gone",
    ),
    "a field may be absent": (
        lambda defs: defs["Completed"]["required"].remove("title"),
        "Some.data.title: the field was always present, and may be absent",
    ),
    "another type": (
        lambda defs: field(defs, "title").update(type="integer"),
        "Some.data.title: its type was string and is integer",
    ),
    "another format": (
        lambda defs: field(defs, "held_until").update(format="date"),
        "Some.data.held_until: its format was date-time and is date",
    ),
    "another pattern": (
        lambda defs: field(defs, "cost_usd").update(pattern=".*"),
        "Some.data.cost_usd: its pattern was ^[0-9.]+$ and is .*",
    ),
    "a value is gone": (
        lambda defs: defs["Part"]["properties"]["role"]["enum"].remove("web"),
        "Some.data.parts[].role: its value web is gone",
    ),
    "a value is new": (
        lambda defs: defs["Part"]["properties"]["role"]["enum"].append("print"),
        "Some.data.parts[].role: its value print is new",
    ),
    "a fixed value is free": (
        lambda defs: field(defs, "status").pop("const"),
        "Some.data.status: its values were drawn and are free",
    ),
    "null is new": (
        lambda defs: defs["Completed"]["properties"].update(title={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "Some.data.title: it had 1 shapes and has 2",
    ),
    "null is gone": (
        lambda defs: defs["Completed"]["properties"].update(retires_on={"type": "string", "format": "date"}),
        "Some.data.retires_on: it had 2 shapes and has 1",
    ),
    "other values by name": (
        lambda defs: field(defs, "scores").update(additionalProperties={"type": "number"}),
        "Some.data.scores.*: its type was integer and is number",
    ),
    "other items": (
        lambda defs: field(defs, "parts").update(items={"type": "string"}),
        "Some.data.parts[].role: the field is gone",
    ),
    "the version is gone": (
        lambda defs: defs["Metadata"]["properties"].pop("schema_version"),
        "Some.metadata.schema_version: the field is gone",
    ),
    "a field of the metadata is gone": (
        lambda defs: defs["Metadata"]["properties"].pop("story_id"),
        "Some.metadata.story_id: the field is gone",
    ),
    "a field of one of several shapes is gone": (
        lambda defs: defs["Refused"]["properties"].pop("cause"),
        "Some.data.cause: the field is gone",
    ),
    "another minor version": (
        lambda defs: defs["Metadata"]["properties"]["schema_version"].update(const="1.1"),
        "Some.metadata.schema_version: its value 1.0 is gone",
    ),
}


@pytest.mark.parametrize(("change", "found"), BREAKS.values(), ids=BREAKS)
def test_a_break_is_found(change: Change, found: str) -> None:
    assert found in breaks_after(change)


ADDITIONS: dict[str, Change] = {
    "nothing": lambda _defs: None,
    "a field that is sometimes present": lambda defs: defs["Completed"]["properties"].update(new={"type": "string"}),
    "a field of a part": lambda defs: defs["Part"]["properties"].update(new={"type": "string"}),
    "a field that is always present": lambda defs: (
        defs["Completed"]["properties"].update(new={"type": "string"}),
        defs["Completed"]["required"].append("new"),
    ),
    "a field is always present from now on": lambda defs: defs["Completed"]["required"].append("usage"),
    "another description": lambda defs: field(defs, "title").update(description="The story's title."),
    "another title of a definition": lambda defs: defs["Part"].update(title="Derivative"),
    "the same values in another order": lambda defs: defs["Part"]["properties"]["role"]["enum"].reverse(),
}


@pytest.mark.parametrize("change", ADDITIONS.values(), ids=ADDITIONS)
def test_an_addition_passes(change: Change) -> None:
    assert breaks_after(change) == []


def test_a_definition_may_have_another_name() -> None:
    current = json.loads(json.dumps(RELEASED).replace("Part", "Derivative"))
    assert breaking_changes({"Some": RELEASED}, {"Some": current}) == []


def test_a_detail_type_that_is_gone_is_a_break_and_a_new_one_is_none() -> None:
    assert breaking_changes({"Some": RELEASED}, {}) == ["Some: the detail type is gone"]
    assert breaking_changes({"Some": RELEASED}, {"Some": RELEASED, "Other": RELEASED}) == []


def test_a_new_major_version_may_break() -> None:
    def change(defs: dict[str, Any]) -> None:
        defs["Metadata"]["properties"]["schema_version"]["const"] = "2.0"
        defs["Completed"]["properties"].pop("title")

    assert breaks_after(change) == []


@pytest.mark.parametrize("detail_type", EVENTS)
def test_each_field_of_a_real_schema_is_compared(detail_type: str) -> None:
    released = EVENTS[detail_type]
    for name, definition in released["$defs"].items():
        for gone in definition.get("properties", {}):
            current = copy.deepcopy(released)
            del current["$defs"][name]["properties"][gone]
            assert breaking_changes({detail_type: released}, {detail_type: current}), f"{name}.{gone}"
