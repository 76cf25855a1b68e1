"""Checks a JSON schema against the provider's rules for structured outputs.

Source: the provider's guide "Structured Outputs", section "Supported schemas", as of February 2026 (its limits are the
numbers here). The provider permits references between parts of a schema; this service does not.
"""

from collections.abc import Iterator, Mapping
from typing import Any

MOST_PROPERTIES = 5000
MOST_LEVELS = 10
MOST_NAME_CHARACTERS = 120_000
MOST_ENUM_VALUES = 1000
TYPES = frozenset({"string", "number", "boolean", "integer", "object", "array", "null"})
KEYWORDS = frozenset(
    {
        *("type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"),
        *("description", "title", "minItems", "maxItems", "pattern", "format"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }
)


def schema_problem(schema: object) -> str | None:
    """Return the first rule that the schema breaks, and where, or None for a schema that the provider accepts."""
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        return "the root must be an object, with 'type': 'object' and no 'anyOf'"
    parts = list(_parts(schema, (), 1))
    problem = next((found for path, part, level in parts if (found := _part_problem(path, part, level))), None)
    return problem or _size_problem([part for _, part, _ in parts])


def _parts(part: Any, path: tuple[str, ...], level: int) -> Iterator[tuple[tuple[str, ...], Any, int]]:
    """Yield every nested schema with its path and its level, the number of objects around it plus one."""
    yield path, part, level
    if not isinstance(part, Mapping) or level > MOST_LEVELS:
        return
    properties = part.get("properties")
    if isinstance(properties, Mapping):
        for name, inner in properties.items():
            yield from _parts(inner, (*path, "properties", str(name)), level + 1)
    if "items" in part:
        yield from _parts(part["items"], (*path, "items"), level)
    choices = part.get("anyOf")
    for number, inner in enumerate(choices if isinstance(choices, list) else ()):
        yield from _parts(inner, (*path, "anyOf", str(number)), level)


def _part_problem(path: tuple[str, ...], part: Any, level: int) -> str | None:
    where = f"In context=({', '.join(path)}): "
    if not isinstance(part, Mapping):
        return f"{where}a schema must be an object"
    unknown = sorted(set(part) - KEYWORDS)
    if unknown:
        return f"{where}'{unknown[0]}' is not permitted"
    types = part.get("type")
    if "anyOf" not in part and not set(types if isinstance(types, list) else [types]) <= TYPES:
        return f"{where}'type' must be one of {', '.join(sorted(TYPES))}"
    if types == "object" and level > MOST_LEVELS:
        return f"{where}more than {MOST_LEVELS} levels of objects"
    if types == "array" and "items" not in part:
        return f"{where}'items' is required"
    return f"{where}{problem}" if types == "object" and (problem := _object_problem(part)) else None


def _object_problem(part: Mapping[str, Any]) -> str | None:
    properties, required = part.get("properties"), part.get("required")
    if not isinstance(properties, Mapping):
        return "'properties' is required"
    if part.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false"
    if not isinstance(required, list) or set(required) != set(properties):
        return "'required' is required to be supplied and to be an array of every key in properties"
    return None


def _size_problem(parts: list[Any]) -> str | None:
    names = [name for part in parts for name in part.get("properties", ())]
    values = [value for part in parts for value in part.get("enum", ())]
    characters = sum(len(str(text)) for text in (*names, *values))
    if len(names) > MOST_PROPERTIES:
        return f"more than {MOST_PROPERTIES} properties"
    if len(values) > MOST_ENUM_VALUES:
        return f"more than {MOST_ENUM_VALUES} enum values"
    return f"more than {MOST_NAME_CHARACTERS} characters of names" if characters > MOST_NAME_CHARACTERS else None
