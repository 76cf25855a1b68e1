"""SQS and Lambda in virtual time: queues with visibility timeouts, and the project's real functions that read them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from picturebook.entrypoints.queue_function import QueueFunction
from picturebook.errors import PicturebookError, RetryLater
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureKind
from picturebook.ports.clock import Clock
from picturebook.ports.message_visibility import ReceivedMessage

ACCOUNT = "arn:aws:sqs:eu-central-1:123456789012"
INVOCATION = timedelta(minutes=10)
VISIBILITY = 3600.0


@dataclass(slots=True)
class _Message:
    message_id: str
    body: str
    sent_at: float
    visible_at: float
    receives: int = 0


@dataclass(slots=True)
class VirtualQueue:
    """One queue; `deliveries` counts all of them."""

    name: str
    clock: Clock
    messages: dict[str, _Message] = field(default_factory=dict)
    deliveries: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def send(self, body: str) -> None:
        now = self.clock.monotonic()
        message_id = f"{self.name}-{next(self._numbers)}"
        self.messages[message_id] = _Message(message_id, body, now, now)
        self._changed.set()

    def show_in(self, message_id: str, seconds: float) -> None:
        """Make a received message visible again after `seconds`."""
        self.messages[message_id].visible_at = self.clock.monotonic() + seconds
        self._changed.set()

    async def wait_for_a_message(self) -> None:
        """Return when a message may have become visible: at its time, or when the queue changes."""
        self._changed.clear()
        next_visible = min((message.visible_at for message in self.messages.values()), default=None)
        left = None if next_visible is None else max(0.0, next_visible - self.clock.monotonic())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), left)

    def receive(self) -> SQSRecord | None:
        """Return the message that has been visible the longest, and hide it for the visibility timeout."""
        now = self.clock.monotonic()
        visible = [message for message in self.messages.values() if message.visible_at <= now]
        if not visible:
            return None
        message = min(visible, key=lambda one: one.visible_at)
        message.visible_at = now + VISIBILITY
        message.receives += 1
        self.deliveries += 1
        return SQSRecord(
            {
                "messageId": message.message_id,
                "receiptHandle": message.message_id,
                "body": message.body,
                "attributes": {
                    "ApproximateReceiveCount": str(message.receives),
                    "SentTimestamp": str(round(1_795_348_800_000 + message.sent_at * 1000)),
                },
                "eventSourceARN": f"{ACCOUNT}:{self.name}",
            }
        )


class VirtualQueues:
    """The queues of a deployment: a DrawQueue and a MessageVisibility."""

    def __init__(self, clock: Clock) -> None:
        self.by_name = {name: VirtualQueue(name, clock) for name in ("story", "character", "page", "control")}

    async def send(self, messages: Sequence[AnyDrawMessage]) -> None:
        for message in messages:
            name = "character" if message.kind is PictureKind.CHARACTER else "page"
            self.by_name[name].send(message.model_dump_json(exclude_none=True))

    async def retry_later(self, message: ReceivedMessage, *, seconds: float) -> bool:
        self.by_name[message.queue_arn.rpartition(":")[2]].show_in(message.message_id, seconds)
        return False


class VirtualLambda:
    """Polls the queues and has each function handle up to `concurrency` records at once, as an event source mapping."""

    def __init__(self, queues: VirtualQueues, functions: Mapping[str, QueueFunction], clock: Clock) -> None:
        self._queues = queues
        self._functions = functions
        self._clock = clock

    async def run_until_idle(self, *, concurrency: int = 10) -> None:
        """Work until no queue holds a message."""
        pollers = [
            asyncio.create_task(self._poll(name))
            for name in self._functions
            for _ in range(concurrency if name in ("character", "page") else 1)
        ]
        while any(queue.messages for queue in self._queues.by_name.values()):
            await self._clock.sleep(1.0)
            for poller in pollers:
                if poller.done():
                    await poller  # an error of ours ends the test, and not only its poller
        for poller in pollers:
            poller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await poller

    async def _poll(self, name: str) -> None:
        queue, function = self._queues.by_name[name], self._functions[name]
        while True:
            record = queue.receive()
            if record is None:
                await queue.wait_for_a_message()
                continue
            # A record that failed, or is to be retried later, stays in its queue.
            with contextlib.suppress(RetryLater, PicturebookError):
                await function.handle_record(record, deadline=self._clock.now() + INVOCATION)
                del queue.messages[record.message_id]
