from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.eventbridge_event_publisher import EventBridgeEventPublisher
from picturebook.errors import StoreUnavailableError
from tests.contracts.test_event_publisher import an_event
from tests.fakes.clock import FakeClock


@pytest.fixture
def publisher(aws: AwsClients, clock: FakeClock) -> EventBridgeEventPublisher:
    return EventBridgeEventPublisher(aws.events, "picturebook", clock=clock)


def answer(*codes: str | None) -> dict[str, Any]:
    entries = [{"ErrorCode": code, "ErrorMessage": "no"} if code else {"EventId": "e"} for code in codes]
    return {"FailedEntryCount": sum(code is not None for code in codes), "Entries": entries}


def sent_texts(requests: list[dict[str, Any]]) -> list[list[str]]:
    return [[json.loads(entry["Detail"])["data"]["text"] for entry in request["Entries"]] for request in requests]


@pytest.fixture
def requests(aws: AwsClients) -> Any:
    """Every PutEvents request that goes out, as its parameters."""
    seen: list[dict[str, Any]] = []

    def look(params: dict[str, Any], **_: object) -> None:
        seen.append(json.loads(json.dumps(params, default=str)))

    aws.events.meta.events.register("provide-client-params.events.PutEvents", look)
    yield seen
    aws.events.meta.events.unregister("provide-client-params.events.PutEvents", look)


async def test_only_the_failed_entries_are_sent_again(
    publisher: EventBridgeEventPublisher, aws: AwsClients, clock: FakeClock, requests: list[dict[str, Any]]
) -> None:
    with Stubber(aws.events) as stub:
        stub.add_response("put_events", answer(None, "ThrottlingException", "InternalFailure"), {"Entries": ANY})
        stub.add_response("put_events", answer(None, "InternalFailure"), {"Entries": ANY})
        stub.add_response("put_events", answer(None), {"Entries": ANY})
        await publisher.publish([an_event(text=text) for text in "abc"])
        stub.assert_no_pending_responses()
    assert sent_texts(requests) == [["a", "b", "c"], ["b", "c"], ["c"]]
    assert clock.slept == [0.1, 0.2]


async def test_an_entry_that_stays_refused_is_an_unavailable_store(
    publisher: EventBridgeEventPublisher, aws: AwsClients
) -> None:
    with Stubber(aws.events) as stub:
        for _ in range(5):
            stub.add_response("put_events", answer("InternalFailure"))
        with pytest.raises(StoreUnavailableError, match="1 events"):
            await publisher.publish([an_event()])


async def test_an_entry_that_will_always_be_refused_is_not_sent_again(
    publisher: EventBridgeEventPublisher, aws: AwsClients, clock: FakeClock
) -> None:
    with Stubber(aws.events) as stub:
        stub.add_response("put_events", answer("NotAuthorizedForSourceException"))
        with pytest.raises(StoreUnavailableError, match=r"ImageCompleted.*NotAuthorizedForSource"):
            await publisher.publish([an_event()])
    assert clock.slept == []


async def test_what_fits_one_request_is_one_request(
    publisher: EventBridgeEventPublisher, aws: AwsClients, requests: list[dict[str, Any]]
) -> None:
    aws.events.create_event_bus(Name="picturebook")
    await publisher.publish([an_event(number) for number in range(10)])
    assert len(requests) == 1
    entry = requests[0]["Entries"][0]
    assert (entry["Source"], entry["DetailType"], entry["EventBusName"]) == (
        "picturebook",
        "ImageCompleted",
        "picturebook",
    )


async def test_a_request_stays_under_the_limit_of_bytes(
    publisher: EventBridgeEventPublisher, aws: AwsClients, requests: list[dict[str, Any]]
) -> None:
    aws.events.create_event_bus(Name="picturebook")
    await publisher.publish([an_event(number, text="é" * 50_000) for number in range(5)])
    assert [len(request["Entries"]) for request in requests] == [2, 2, 1]
