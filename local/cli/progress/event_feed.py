"""Subscribes to the event bus: a queue, a rule that sends all of Picturebook's events to it, and long polls."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Protocol

from local.stack.cloud import LocalCloud
from picturebook.events import SOURCE, Event

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient

# API reference of ReceiveMessage: at most 10 messages.
_MOST_MESSAGES = 10


class EventSource(Protocol):
    """A source of events."""

    def receive(self, *, wait_s: int) -> list[Event]:
        """Return the next events after at most `wait_s` seconds; an empty list if none arrived."""
        ...


class EventFeed:
    """An EventSource that reads its own queue. The queue and its rule stay until the cloud ends."""

    def __init__(self, sqs: SQSClient, queue_url: str) -> None:
        self._sqs = sqs
        self.queue_url = queue_url

    def receive(self, *, wait_s: int) -> list[Event]:
        """Return the next events after at most `wait_s` seconds; an empty list if none arrived."""
        answer = self._sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=_MOST_MESSAGES, WaitTimeSeconds=wait_s
        )
        messages = answer.get("Messages", [])
        if messages:
            handles = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
            self._sqs.delete_message_batch(QueueUrl=self.queue_url, Entries=handles)  # type: ignore[arg-type]  # dicts
        return [event_of(message["Body"]) for message in messages]


def subscribe(cloud: LocalCloud, bus: str) -> EventFeed:
    """Make the queue and the rule, and return a feed of all events published from now on."""
    sqs: SQSClient = cloud.client("sqs")
    events: EventBridgeClient = cloud.client("events")
    name = f"picturebook-watch-{secrets.token_hex(4)}"
    queue_url = sqs.create_queue(QueueName=name)["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    queue_arn = answer["Attributes"]["QueueArn"]
    rule = events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": [SOURCE]}))
    # On AWS the rule may not send to the queue without this policy.
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": _policy(queue_arn, rule["RuleArn"])})
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "watch", "Arn": queue_arn}])
    return EventFeed(sqs, queue_url)


def event_of(body: str) -> Event:
    """Read an event from EventBridge's envelope; raises pydantic's ValidationError for an event of another source."""
    envelope = json.loads(body)
    document = {"detail_type": envelope["detail-type"], **envelope["detail"]}
    return Event.model_validate_json(json.dumps(document))


def _policy(queue_arn: str, rule_arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
