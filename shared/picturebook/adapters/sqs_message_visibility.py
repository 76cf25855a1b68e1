"""Has a message delivered again later: changes its visibility timeout, or sends a copy if it was received too often.

SQS counts every receive, and moves a message that was received too often to the dead-letter queue; the count cannot be
reset. Waiting is not a failure. So a message that has used about half of its receives is sent again, with a new count,
and deleted only afterwards. Two copies of one message are harmless.
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

# SQS permits 12 hours. With these 2 hours a message is replaced by a copy, with a new age, long before it expires.
MOST_HIDDEN_SECONDS = 2 * 3600
# API reference of SendMessage.
MOST_DELAY_SECONDS = 900


class SqsMessageVisibility:
    """A MessageVisibility on SQS; after `fresh_after` receives it sends a copy."""

    def __init__(self, client: SQSClient, *, fresh_after: int, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._fresh_after = fresh_after

    async def retry_later(self, message: ReceivedMessage, *, seconds: float) -> bool:
        """Hide the message for at most 2 hours, or send a copy with a delay of at most 15 minutes."""
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
    """Return the URL of the queue with this ARN, without a request."""
    _, _, _, _, account, name = queue_arn.split(":")
    return f"{client.meta.endpoint_url}/{account}/{name}"
