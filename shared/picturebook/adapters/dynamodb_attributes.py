"""Converts Python values to DynamoDB's typed ones and back, and derives attribute names from expressions."""

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
    """Return `values` in DynamoDB's form: Decimal as a number, datetime as ISO 8601; None and empty sets left out."""
    kept = {name: value for name, value in values.items() if value is not None and value != frozenset()}
    return {name: _serializer.serialize(_storable(value)) for name, value in kept.items()}


def to_plain(item: Mapping[str, Any]) -> Plain:
    """Return an item's attributes as Python values; numbers are Decimal, datetimes stay strings."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def attribute_names(*expressions: str) -> dict[str, str]:
    """Return the ExpressionAttributeNames for every `#name` in the expressions: many names are reserved words."""
    return {f"#{name}": name for name in re.findall(r"#(\w+)", " ".join(expressions))}


def _storable(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _storable(part) for key, part in value.items() if part is not None}
    return value
