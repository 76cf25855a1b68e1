"""Finds what breaks subscribers: the differences between a released JSON Schema of an event and the current one.

A subscriber relies on every field that is always present, and on every type and value that the schema names. So a
field that is gone, one that may be absent from now on, another type, and values that come or go are breaks. A further
field breaks nothing, and neither does a field that is always present from now on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from local.event_reference.schemas import Schema

# Keywords that say nothing about which values are published.
_ANNOTATIONS = frozenset({"$schema", "$defs", "title", "description", "examples"})
_NESTED = frozenset({"properties", "required", "items", "additionalProperties", "anyOf"})


def breaking_changes(released: Mapping[str, Schema], current: Mapping[str, Schema]) -> list[str]:
    """Return a sentence for each break between two releases' schemas by detail type; an empty list if there is none.

    A detail type whose `schema_version` has a new major number may break: its subscribers can tell.
    """
    breaks = []
    for detail_type, before in released.items():
        if detail_type not in current:
            breaks.append(f"{detail_type}: the detail type is gone")
        elif not _is_new_major(before, current[detail_type]):
            after = current[detail_type]
            breaks += _Comparison(before, after).of(before, after, detail_type)
    return breaks


def _is_new_major(before: Schema, after: Schema) -> bool:
    return _major(after) not in {None, _major(before)}


def _major(schema: Schema) -> str | None:
    metadata = _resolved(schema["properties"].get("metadata", {}), schema)
    version = metadata.get("properties", {}).get("schema_version", {}).get("const")
    return str(version).partition(".")[0] if version else None


def _resolved(schema: Schema, document: Schema) -> Schema:
    """Follow a reference into `$defs`, keeping the keywords beside it."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    beside = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
    return {**document["$defs"][reference.removeprefix("#/$defs/")], **beside}


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A comparison of parts of two documents, whose references are followed in their own document."""

    released: Schema
    current: Schema

    def of(self, before: Schema, after: Schema, place: str) -> list[str]:
        """Return the breaks between two schemas of the same `place`."""
        before, after = _resolved(before, self.released), _resolved(after, self.current)
        return [
            *self._keywords(before, after, place),
            *self._fields(before, after, place),
            *self._shapes(before, after, place),
            *self._parts(before, after, place),
        ]

    def _keywords(self, before: Schema, after: Schema, place: str) -> list[str]:
        """Compare type, values, format and limits."""
        breaks = _value_breaks(before, after, place)
        plain = (before.keys() | after.keys()) - _ANNOTATIONS - _NESTED - {"enum", "const"}
        for keyword in sorted(plain):
            if before.get(keyword) != after.get(keyword):
                breaks.append(f"{place}: its {keyword} was {before.get(keyword)} and is {after.get(keyword)}")
        return breaks

    def _fields(self, before: Schema, after: Schema, place: str) -> list[str]:
        breaks = []
        fields = after.get("properties", {})
        always = set(after.get("required", ()))
        for name, field in before.get("properties", {}).items():
            inner = f"{place}.{name}"
            if name not in fields:
                breaks.append(f"{inner}: the field is gone")
                continue
            if name in before.get("required", ()) and name not in always:
                breaks.append(f"{inner}: the field was always present, and may be absent")
            breaks += self.of(field, fields[name], inner)
        return breaks

    def _shapes(self, before: Schema, after: Schema, place: str) -> list[str]:
        """Compare alternatives: each released one needs a current one that does not break it, and no other may come."""
        shapes, others = before.get("anyOf", []), after.get("anyOf", [])
        if len(shapes) != len(others):
            return [f"{place}: it had {len(shapes) or 1} shapes and has {len(others) or 1}"]
        breaks = []
        for shape in shapes:
            closest: list[str] = min((self.of(shape, other, place) for other in others), key=len)
            breaks += closest
        return breaks

    def _parts(self, before: Schema, after: Schema, place: str) -> list[str]:
        """Compare the items of lists, and the values of objects whose field names are free."""
        breaks = []
        for keyword, inner in (("items", f"{place}[]"), ("additionalProperties", f"{place}.*")):
            part, other = before.get(keyword), after.get(keyword)
            if isinstance(part, dict) and isinstance(other, dict):
                breaks += self.of(part, other, inner)
            elif part != other:
                breaks.append(f"{inner}: it was {part} and is {other}")
        return breaks


def _value_breaks(before: Schema, after: Schema, place: str) -> list[str]:
    """Compare the values that a field is limited to; a new value breaks subscribers that know all of them."""
    known, now = _values(before), _values(after)
    if known == now:
        return []
    if known is None or now is None:
        return [f"{place}: its values were {_listed(known)} and are {_listed(now)}"]
    gone = [f"{place}: its value {value} is gone" for value in known if value not in now]
    return gone + [f"{place}: its value {value} is new" for value in now if value not in known]


def _values(schema: Schema) -> list[object] | None:
    if "const" in schema:
        return [schema["const"]]
    return sorted(schema["enum"], key=str) if "enum" in schema else None


def _listed(values: list[object] | None) -> str:
    return "free" if values is None else ", ".join(map(str, values))
