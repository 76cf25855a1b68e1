"""A queue with SQS's rules on a clock of the test's own: visibility, receive counts, dead letters."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-central-1"


@dataclass(slots=True)
class FakeMessage:
    """A message of the queue; `receives` counts as SQS does."""

    message_id: str
    body: str
    sent_at: datetime
    receives: int = 0


@dataclass(slots=True)
class FakeQueue:
    """The queue, and as much of boto3's client as our functions use; `visibility` in seconds."""

    name: str
    now: Callable[[], datetime]
    visibility: float
    most_receives: int
    dead: list[FakeMessage] = field(default_factory=list)
    most_seen_receives: int = 0
    sent: int = 0
    meta: Any = field(default_factory=lambda: SimpleNamespace(endpoint_url="https://sqs.example"))
    _order: list[tuple[datetime, int, str]] = field(default_factory=list)
    _messages: dict[str, FakeMessage] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)
    _counter: Any = field(default_factory=itertools.count)

    def __len__(self) -> int:
        return len(self._messages)

    # What our functions call.

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> None:  # noqa: N803  boto3's names
        assert 0 <= DelaySeconds <= 900
        assert QueueUrl.endswith(self.name)
        self.sent += 1
        message = FakeMessage(f"message-{self.sent}", MessageBody, self.now())
        self._messages[message.message_id] = message
        self._show(message.message_id, DelaySeconds)

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        assert 0 <= VisibilityTimeout <= 12 * 3600
        assert QueueUrl.endswith(self.name)
        self._show(ReceiptHandle, VisibilityTimeout)

    # What Lambda's poller does.

    def receive(self) -> FakeMessage | None:
        """Hand out the message that has been visible the longest, and move those that came too often away."""
        while self._order and self._order[0][0] <= self.now():
            _, place, message_id = heapq.heappop(self._order)
            message = self._messages.get(message_id)
            if message is None or self._places[message_id] != place:
                continue  # it was deleted, or hidden anew since
            if message.receives >= self.most_receives:
                self.dead.append(self._messages.pop(message_id))
                continue
            message.receives += 1
            self.most_seen_receives = max(self.most_seen_receives, message.receives)
            self._show(message_id, self.visibility)
            return message
        return None

    def delete(self, message_id: str) -> None:
        del self._messages[message_id]

    def next_visible(self) -> datetime | None:
        """Return when the next message can be received, or None when there is none."""
        while self._order and self._places.get(self._order[0][2]) != self._order[0][1]:
            heapq.heappop(self._order)
        return self._order[0][0] if self._order else None

    def record(self, message: FakeMessage) -> dict[str, Any]:
        """Return the record that Lambda makes of a message."""
        return {
            "messageId": message.message_id,
            "receiptHandle": message.message_id,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.receives),
                "SentTimestamp": str(int(message.sent_at.timestamp() * 1000)),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}",
            "awsRegion": REGION,
        }

    def _show(self, message_id: str, seconds: float) -> None:
        place = next(self._counter)
        self._places[message_id] = place
        heapq.heappush(self._order, (self.now() + timedelta(seconds=seconds), place, message_id))
