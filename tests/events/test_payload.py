"""How payloads are written as JSON, and what they refuse."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

import pytest
from pydantic import Field, ValidationError

from picturebook.events.envelope import DetailType, EventMetadata
from picturebook.events.payload import Moment, Payload, Sometimes, Usd, UsdOrUnknown
from picturebook.events.retirements import ModelRetiring

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Sample(Payload):
    detail_type: ClassVar[DetailType] = "ImageStarted"

    title: Sometimes[str] = Field(default=None, description="A title.")
    paid: Usd = Decimal(0)
    worst: UsdOrUnknown = None
    at: Moment = AT


def published(payload: Payload) -> object:
    metadata = EventMetadata(event_id="e", story_id=None, revision=None, sequence=0, occurred_at=AT)
    event = payload.to_event(metadata)
    assert event.detail_type == payload.detail_type
    return json.loads(event.model_dump_json())["data"]


def test_a_field_without_a_value_is_left_out_and_an_unknown_amount_is_said_to_be_unknown() -> None:
    assert published(Sample()) == {"paid": "0", "worst": "unknown", "at": "2026-11-22T12:00:00+00:00"}


def test_amounts_keep_their_decimals() -> None:
    assert published(Sample(title="", paid=Decimal("0.0410"), worst=Decimal("1.00"))) == {
        "title": "",
        "paid": "0.0410",
        "worst": "1.00",
        "at": "2026-11-22T12:00:00+00:00",
    }


@pytest.mark.parametrize("payload", [Sample(), Sample(title="t", worst=Decimal("1.00"))])
def test_a_subscriber_in_python_can_read_a_payload_back(payload: Sample) -> None:
    assert Sample.model_validate_json(payload.model_dump_json()) == payload


def test_the_schema_of_a_field_that_may_be_absent_does_not_allow_null() -> None:
    schema = Sample.model_json_schema(mode="serialization")
    assert schema["properties"]["title"]["type"] == "string"
    assert "anyOf" not in schema["properties"]["title"]


def test_a_payload_refuses_a_field_that_its_model_does_not_have() -> None:
    facts = {"model": "m", "retires_on": None, "replaced_by": None, "is_gone": True, "is_replaced": True}
    with pytest.raises(ValidationError, match="surprise"):
        ModelRetiring.model_validate({**facts, "source": "catalogue", "surprise": 1})
