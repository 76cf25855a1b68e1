"""Plain Python values and DynamoDB's typed ones, and the parts of an update that follow from its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Plain = dict[str, Any]
Typed = dict[str, "AttributeValueTypeDef"]

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def to_typed(values: Mapping[str, object]) -> Typed:
    """Return `values` as DynamoDB takes them: money as numbers, moments as ISO 8601; None and empty sets left out."""
    kept = {name: value for name, value in values.items() if value is not None and value != frozenset()}
    return {name: _serializer.serialize(_storable(value)) for name, value in kept.items()}


def to_plain(item: Mapping[str, Any]) -> Plain:
    """Return an item's attributes as Python values; numbers are Decimal, moments stay strings."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def attribute_names(*expressions: str) -> dict[str, str]:
    """Return what `#name` stands for in the expressions: `name`. All are written so, as many are reserved words."""
    return {f"#{name}": name for name in re.findall(r"#(\w+)", " ".join(expressions))}


def _storable(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _storable(part) for key, part in value.items() if part is not None}
    return value
