"""An SQS queue over an injected clock, as far as waiting goes: receives, visibility, delay, retention, dead letters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from tests.fakes.clock import FakeClock


@dataclass
class Waiting:
    """One message: `body`, when it was sent, when it is visible, how often it was received."""

    body: str
    message_id: str
    sent_at: float
    visible_at: float
    receives: int = 0


@dataclass
class WaitingQueue:
    """Stands in for boto3's SQS client, with one queue. Times are in seconds of the clock."""

    clock: FakeClock
    most_receives: int
    visibility: float
    retention: float
    waiting: list[Waiting] = field(default_factory=list)
    dead_letters: list[str] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    meta: Any = field(default_factory=lambda: SimpleNamespace(endpoint_url="https://sqs.example"))
    _sent: int = 0

    def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: float = 0) -> None:  # noqa: N803 - boto3's
        assert 0 <= DelaySeconds <= 900
        self._sent += 1
        now = self.clock.monotonic()
        self.waiting.append(Waiting(MessageBody, f"m-{self._sent}", now, now + DelaySeconds))

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803 - boto3's
        [message] = [m for m in self.waiting if m.message_id == ReceiptHandle]
        message.visible_at = self.clock.monotonic() + VisibilityTimeout

    def receive(self) -> Waiting | None:
        """Return the next visible message, now received once more; the clock moves on to it. None in an empty queue."""
        while self.waiting:
            message = min(self.waiting, key=lambda m: m.visible_at)
            self.clock.advance(max(0.0, message.visible_at - self.clock.monotonic()))
            if self.clock.monotonic() > message.sent_at + self.retention:
                self._move(message, self.expired)
            elif message.receives >= self.most_receives:
                self._move(message, self.dead_letters)
            else:
                message.receives += 1
                message.visible_at = self.clock.monotonic() + self.visibility
                return message
        return None

    def delete(self, message: Waiting) -> None:
        self.waiting.remove(message)

    def records(self) -> Iterator[tuple[Waiting, dict[str, Any]]]:
        """Hand out messages, each with the event that Lambda makes of it, until none is left."""
        while message := self.receive():
            yield message, {"Records": [_record(message)]}

    def _move(self, message: Waiting, to: list[str]) -> None:
        self.waiting.remove(message)
        to.append(message.body)


def _record(message: Waiting) -> dict[str, Any]:
    return {
        "messageId": message.message_id,
        "receiptHandle": message.message_id,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.receives), "SentTimestamp": "0"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:picturebook-page",
        "awsRegion": "eu-central-1",
    }
