"""The tables of `docs/events.md`, in Markdown: which fields an event has, of which type, and when they are present."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from local.event_reference.schemas import Schema, metadata_schema, payload_schema, payloads
from picturebook.events.payload import Payload

_FORMATS = {"date-time": "time in UTC", "date": "date"}
_HEAD = "| field | type | present | meaning |\n|---|---|---|---|"


def metadata_table() -> str:
    """Return the table of the metadata."""
    return _table(metadata_schema())


def overview_table() -> str:
    """Return the table of all detail types: each with the first paragraph of what it means."""
    rows = [
        f"| [`{detail_type}`](#{detail_type.lower()}) | {'<br>'.join(_paragraphs(model)[0] for model in models)} |"
        for detail_type, models in payloads().items()
    ]
    return "\n".join(["| detail type | meaning |", "|---|---|", *rows])


def payload_sections(samples: list[str]) -> str:
    """Return a section for each detail type: what it means, its fields, and links to its samples."""
    sections = []
    for detail_type, models in payloads().items():
        parts = [f"### {detail_type}"]
        for model in models:
            parts += [*_paragraphs(model), _table(payload_schema(model))]
        own = [name for name in samples if name.partition(".")[0] == detail_type]
        links = ", ".join(f"[`{name}.json`](../events/announcements/{name}.json)" for name in own)
        sections.append("\n\n".join([*parts, f"Samples: {links}."]))
    return "\n\n".join(sections)


def _paragraphs(model: type[Payload]) -> list[str]:
    paragraphs = (inspect.getdoc(model) or "").split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in paragraphs]


def _table(schema: Schema) -> str:
    return "\n".join([_HEAD, *_rows(schema, schema.get("$defs", {}), prefix="")])


def _rows(schema: Schema, definitions: Schema, *, prefix: str) -> Iterator[str]:
    """Yield a row per field, and below a field that is an object, or a list of objects, the rows of its own fields."""
    for name, field in schema["properties"].items():
        present = "always" if name in schema.get("required", ()) else "sometimes"
        meaning = field.get("description", "").replace("|", "\\|")
        yield f"| `{prefix}{name}` | {_type(field, definitions)} | {present} | {meaning} |"
        inner = _resolved(field, definitions)
        place = f"{prefix}{name}."
        if inner.get("type") == "array":
            inner = _resolved(inner.get("items", {}), definitions)
            place = f"{prefix}{name}[]."
        if "properties" in inner:
            yield from _rows(inner, definitions, prefix=place)


def _type(schema: Schema, definitions: Schema) -> str:
    """Return a field's type in words."""
    schema = _resolved(schema, definitions)
    if "anyOf" in schema:
        return " or ".join(_type(shape, definitions) for shape in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return ", ".join(f"`{str(value).lower() if isinstance(value, bool) else value}`" for value in values)
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'], definitions)}" if "items" in schema else "empty list"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object: {_type(schema['additionalProperties'], definitions)} by name"
    if "pattern" in schema:
        return "amount"
    return _FORMATS.get(schema.get("format", ""), str(schema.get("type")))


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    reference = schema.get("$ref")
    return definitions[reference.removeprefix("#/$defs/")] if reference else schema
