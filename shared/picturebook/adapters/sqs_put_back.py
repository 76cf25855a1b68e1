"""How a received message comes back later: hidden for a while, or sent afresh when it has come too often.

SQS counts every receive, and moves a message that has come too often to the dead-letter queue; nobody can set
that count back. Waiting is no failure, so a message that has used about half of its receives is sent once more
with a new count, and only then given up: send first, delete after. Two of one message are harmless.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import call_aws

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from mypy_boto3_sqs import SQSClient

# SQS would allow 12 hours; with these a message is sent afresh, and its age set back, long before its retention ends.
MOST_HIDDEN_SECONDS = 2 * 3600
# API reference of SendMessage.
MOST_DELAY_SECONDS = 900


async def put_back(client: SQSClient, record: SQSRecord, *, seconds: float, fresh_after: int) -> bool:
    """Have the record's message come back after `seconds`, or earlier where SQS takes no longer wait.

    Returns True when a fresh message was sent in its place, as it was received `fresh_after` times or more: then
    the old one is to be deleted. Raises StoreUnavailableError.
    """
    wait = math.ceil(max(0.0, seconds))
    url = queue_url(client, record)
    if receives(record) >= fresh_after:
        delay = min(MOST_DELAY_SECONDS, wait)
        await call_aws(client.send_message, QueueUrl=url, MessageBody=record.body, DelaySeconds=delay)
        return True
    await call_aws(
        client.change_message_visibility,
        QueueUrl=url,
        ReceiptHandle=record.receipt_handle,
        VisibilityTimeout=min(MOST_HIDDEN_SECONDS, wait),
    )
    return False


def receives(record: SQSRecord) -> int:
    """Return how often the record's message was received, this time included."""
    return int(record.attributes.approximate_receive_count)


def queue_url(client: SQSClient, record: SQSRecord) -> str:
    """Return the URL of the queue that a record came from, without asking for it."""
    _, _, _, _, account, name = record.event_source_arn.split(":")
    return f"{client.meta.endpoint_url}/{account}/{name}"
