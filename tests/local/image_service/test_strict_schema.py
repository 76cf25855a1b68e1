from __future__ import annotations

from typing import Any

import pytest

from local.image_service.strict_schema import schema_problem


def an_object(required: object = None, *, closed: object = False, **properties: object) -> dict[str, Any]:
    names = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": closed}


TEXT = {"type": "string"}


def nested(levels: int) -> dict[str, Any]:
    schema = an_object(x=TEXT)
    for _ in range(levels - 1):
        schema = an_object(x=schema)
    return schema


@pytest.mark.parametrize(
    "schema",
    [
        an_object(x=TEXT),
        an_object(x={"type": "array", "items": an_object(n={"type": ["integer", "null"]}), "maxItems": 3}),
        an_object(x={"anyOf": [TEXT, {"type": "null"}], "description": "x"}, y={"type": "string", "enum": ["a"]}),
        an_object(),
        nested(10),
    ],
)
def test_a_strict_schema_is_taken(schema: dict[str, Any]) -> None:
    assert schema_problem(schema) is None


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        (None, "root"),
        ([], "root"),
        ({"anyOf": [an_object(x=TEXT)]}, "root"),
        ({"type": "array", "items": TEXT}, "root"),
        (an_object(required=[], x=TEXT), "'required'"),
        (an_object(required=["x", "y"], x=TEXT), "'required'"),
        (an_object(closed=True, x=TEXT), "'additionalProperties'"),
        (an_object(closed=None, x=TEXT), "'additionalProperties'"),
        (an_object(x={"type": "array", "items": an_object(required=[], y=TEXT)}), "(properties, x, items)"),
        (an_object(x={"type": "array"}), "'items'"),
        (an_object(x={"type": "text"}), "'type'"),
        (an_object(x={}), "'type'"),
        (an_object(x="string"), "must be an object"),
        (an_object(x={"type": "string", "maxLength": 3}), "'maxLength'"),
        (an_object(x={"allOf": [TEXT]}), "'allOf'"),
        (an_object(x={"type": "string", "enum": ["x"] * 1001}), "enum values"),
        (nested(11), "levels"),
        (an_object(**{f"n{number}": TEXT for number in range(5001)}), "properties"),
        (an_object(**{"x" * 120_001: TEXT}), "characters"),
    ],
)
def test_what_the_provider_would_not_take_is_named(schema: object, says: str) -> None:
    assert says in str(schema_problem(schema))
