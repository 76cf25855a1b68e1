"""When a received message is visible again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import call_aws

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from mypy_boto3_sqs import SQSClient

# SQS counts 12 hours from the receive; a message that must wait longer is put back again.
MOST_SECONDS = 11 * 3600


async def hide_message(client: SQSClient, record: SQSRecord, *, seconds: float) -> None:
    """Make the record's message visible again after `seconds`; raises StoreUnavailableError."""
    await call_aws(
        client.change_message_visibility,
        QueueUrl=queue_url(client, record),
        ReceiptHandle=record.receipt_handle,
        VisibilityTimeout=min(MOST_SECONDS, math.ceil(max(0.0, seconds))),
    )


def queue_url(client: SQSClient, record: SQSRecord) -> str:
    """Return the URL of the queue that a record came from, without asking for it."""
    _, _, _, _, account, name = record.event_source_arn.split(":")
    return f"{client.meta.endpoint_url}/{account}/{name}"
