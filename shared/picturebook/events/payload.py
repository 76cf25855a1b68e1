"""The base of every payload model, and the types of its fields: how absence, money and moments are written as JSON."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    Strict,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from picturebook.events.envelope import DetailType, Event, EventMetadata
from picturebook.models.strict_model import StrictModel

_UNKNOWN = "unknown"
_AMOUNT = r"-?\d+(\.\d+)?(E[+-]?\d+)?"

Value = TypeVar("Value")


class PayloadPart(StrictModel):
    """An object inside a payload."""

    # A function publishes a few of the detail types: the validators of the others are never built.
    model_config = ConfigDict(defer_build=True)


class Payload(PayloadPart):
    """The `data` of one detail type. The order of the fields is their order in the JSON."""

    detail_type: ClassVar[DetailType]

    def to_event(self, metadata: EventMetadata) -> Event:
        """Return the event that carries this payload."""
        return Event(detail_type=self.detail_type, metadata=metadata, data=self.model_dump(mode="json"))


def _is_none(value: object) -> bool:
    return value is None


class _NeverNull:
    """Takes null out of the JSON Schema: a field that is None is left out, and never published as null."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        written = handler(schema)
        shapes = [shape for shape in written.pop("anyOf", []) if shape != {"type": "null"}]
        return {**written, **shapes[0]} if shapes else written


def _read_amount(value: object) -> object:
    return None if value == _UNKNOWN else value


def _write_amount(amount: Decimal | None) -> str:
    return _UNKNOWN if amount is None else str(amount)


def _json_string(**keywords: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **keywords})


# A field that is published where it has a value, and left out where it is None. Give it the default None.
Sometimes = Annotated[Value | None, Field(exclude_if=_is_none), _NeverNull()]
# US$, exact. A string: a JSON number would be rounded by its readers.
Usd = Annotated[Decimal, _json_string(pattern=f"^{_AMOUNT}$")]
# As above; None is published as "unknown".
UsdOrUnknown = Annotated[
    Annotated[Decimal, Strict(strict=False)] | None,  # a value that a validator has seen is not strict JSON any more
    BeforeValidator(_read_amount),
    PlainSerializer(_write_amount, return_type=str),
    _json_string(pattern=f"^({_UNKNOWN}|{_AMOUNT})$"),
]
# A moment in UTC, as Python's isoformat writes it: with `+00:00`.
Moment = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str), _json_string(format="date-time")]
