from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.eventbridge_event_publisher import EventBridgeEventPublisher
from picturebook.events import Event, EventMetadata, event_id
from picturebook.ports.event_publisher import EventPublisher
from tests.fakes.clock import FakeClock
from tests.fakes.recording_event_publisher import RecordingEventPublisher


@dataclass(frozen=True)
class Bus:
    """A publisher, and the detail types and details that a subscriber has received."""

    publisher: EventPublisher
    received: Callable[[], Sequence[tuple[str, dict[str, Any]]]]


def an_event(number: int = 1, *, text: str = "Märchen \U0001f98a") -> Event:
    metadata = EventMetadata(
        event_id=event_id("ImageCompleted", "fern", number),
        story_id="fern",
        revision="a" * 16,
        sequence=number,
        occurred_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        correlation_id=None,
    )
    return Event(
        detail_type="ImageCompleted", metadata=metadata, data={"picture_id": f"page-{number:03d}", "text": text}
    )


def detail_of(event: Event) -> dict[str, Any]:
    detail: dict[str, Any] = json.loads(event.model_dump_json(include={"metadata", "data"}))
    return detail


def recording_bus() -> Bus:
    publisher = RecordingEventPublisher()
    return Bus(publisher, lambda: [(event.detail_type, detail_of(event)) for event in publisher.events])


def eventbridge_bus(aws: AwsClients, clock: FakeClock) -> Bus:
    aws.events.create_event_bus(Name="picturebook")
    url = aws.sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws.events.put_rule(Name="all", EventBusName="picturebook", EventPattern='{"source": ["picturebook"]}')
    aws.events.put_targets(Rule="all", EventBusName="picturebook", Targets=[{"Id": "queue", "Arn": arn}])

    def received() -> list[tuple[str, dict[str, Any]]]:
        found = []
        while messages := aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found += [json.loads(message["Body"]) for message in messages]
        return [(event["detail-type"], event["detail"]) for event in found]

    return Bus(EventBridgeEventPublisher(aws.events, "picturebook", clock=clock), received)


@pytest.fixture(params=["eventbridge", "in_memory"])
def bus(request: pytest.FixtureRequest, clock: FakeClock) -> Bus:
    if request.param == "in_memory":
        return recording_bus()
    return eventbridge_bus(request.getfixturevalue("aws"), clock)


async def test_a_subscriber_receives_the_whole_event(bus: Bus) -> None:
    await bus.publisher.publish([an_event()])
    assert bus.received() == [("ImageCompleted", detail_of(an_event()))]
    assert set(detail_of(an_event())) == {"metadata", "data"}


async def test_more_events_than_one_request_takes_all_arrive(bus: Bus) -> None:
    events = [an_event(number) for number in range(1, 24)]
    await bus.publisher.publish(events)
    arrived = sorted(detail["metadata"]["sequence"] for _, detail in bus.received())
    assert arrived == list(range(1, 24))


async def test_the_same_fact_published_twice_arrives_under_one_id(bus: Bus) -> None:
    await bus.publisher.publish([an_event()])
    await bus.publisher.publish([an_event()])
    ids = [detail["metadata"]["event_id"] for _, detail in bus.received()]
    assert ids == [an_event().metadata.event_id] * 2


async def test_publishing_no_events_does_nothing(bus: Bus) -> None:
    await bus.publisher.publish([])
    assert bus.received() == []
