"""Delivers a received message again later: hides it for a while, or sends a fresh copy when it was received too often.

SQS counts every receive and moves a message that was received too often to the dead-letter queue; the count cannot be
set back. Waiting is no failure. So a message that has used about half of its receives is sent once more, with a new
count, and only then deleted: send first, delete after. Two copies of one message are harmless.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.thread_executor import THREADS
from picturebook.ports.executor import Executor
from picturebook.ports.message_visibility import ReceivedMessage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# SQS would allow 12 hours; with these a message is sent afresh, and its age set back, long before its retention ends.
MOST_HIDDEN_SECONDS = 2 * 3600
# API reference of SendMessage.
MOST_DELAY_SECONDS = 900


class SqsMessageVisibility:
    """A MessageVisibility on SQS: from `fresh_after` receives on, a fresh copy is sent."""

    def __init__(self, client: SQSClient, *, fresh_after: int, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._fresh_after = fresh_after

    async def retry_later(self, message: ReceivedMessage, *, seconds: float) -> bool:
        """Hide the message for at most 2 hours, or send a copy that is delayed by at most 15 minutes."""
        wait = math.ceil(max(0.0, seconds))
        url = queue_url(self._client, message.queue_arn)
        if message.receive_count >= self._fresh_after:
            delay = min(MOST_DELAY_SECONDS, wait)
            await self._call(self._client.send_message, QueueUrl=url, MessageBody=message.body, DelaySeconds=delay)
            return True
        await self._call(
            self._client.change_message_visibility,
            QueueUrl=url,
            ReceiptHandle=message.receipt_handle,
            VisibilityTimeout=min(MOST_HIDDEN_SECONDS, wait),
        )
        return False


def queue_url(client: SQSClient, queue_arn: str) -> str:
    """Return the URL of the queue that has this ARN, without asking for it."""
    _, _, _, _, account, name = queue_arn.split(":")
    return f"{client.meta.endpoint_url}/{account}/{name}"
