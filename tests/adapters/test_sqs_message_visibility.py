from __future__ import annotations

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.sqs_message_visibility import SqsMessageVisibility
from picturebook.errors import StoreUnavailableError
from picturebook.ports.message_visibility import ReceivedMessage

BODY = '{"request_id": "r-1", "text": "ein Drache, der nicht niesen wollte \U0001f409"}'


@pytest.fixture
def url(aws: AwsClients) -> str:
    return aws.sqs.create_queue(QueueName="picturebook-page")["QueueUrl"]


def received(aws: AwsClients, url: str, *, receives: int) -> ReceivedMessage:
    """Send a message, receive it, and return it as if it had been received that many times."""
    aws.sqs.send_message(QueueUrl=url, MessageBody=BODY)
    [message] = aws.sqs.receive_message(QueueUrl=url)["Messages"]
    arn = "arn:aws:sqs:eu-central-1:123456789012:picturebook-page"
    return ReceivedMessage(message["MessageId"], message["ReceiptHandle"], arn, message["Body"], receives)


async def retry_later(aws: AwsClients, message: ReceivedMessage, *, seconds: float) -> bool:
    return await SqsMessageVisibility(aws.sqs, fresh_after=40).retry_later(message, seconds=seconds)


def counts(aws: AwsClients, url: str) -> tuple[int, int, int]:
    """Return how many messages are visible, hidden, and sent with a delay."""
    names = ("", "NotVisible", "Delayed")
    answer = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    found: dict[str, str] = {str(name): value for name, value in answer["Attributes"].items()}
    visible, hidden, delayed = (int(found[f"ApproximateNumberOfMessages{name}"]) for name in names)
    return visible, hidden, delayed


async def test_a_message_that_is_retried_later_stays_and_is_hidden(aws: AwsClients, url: str) -> None:
    assert not await retry_later(aws, received(aws, url, receives=39), seconds=600)
    assert counts(aws, url) == (0, 1, 0)


async def test_a_message_that_need_not_wait_is_visible_at_once(aws: AwsClients, url: str) -> None:
    await retry_later(aws, received(aws, url, receives=1), seconds=-3.0)
    assert counts(aws, url) == (1, 0, 0)


async def test_a_message_that_used_half_of_its_receives_is_replaced_by_a_copy(aws: AwsClients, url: str) -> None:
    record = received(aws, url, receives=40)
    assert await retry_later(aws, record, seconds=0.0)
    [fresh] = aws.sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"]
    assert fresh["Body"] == BODY
    assert fresh["Attributes"]["ApproximateReceiveCount"] == "1"


@pytest.mark.parametrize("seconds", [600.2, 900.0, 7 * 3600.0])
async def test_a_copy_waits_at_most_as_long_as_sqs_can_delay_it(aws: AwsClients, url: str, seconds: float) -> None:
    assert await retry_later(aws, received(aws, url, receives=41), seconds=seconds)
    assert counts(aws, url) == (0, 1, 1), "the old one is hidden until it is deleted, the fresh one waits"


async def test_a_message_stays_when_its_copy_cannot_be_sent(aws: AwsClients, url: str) -> None:
    record = received(aws, url, receives=40)
    aws.sqs.delete_queue(QueueUrl=url)
    with pytest.raises(StoreUnavailableError):
        await retry_later(aws, record, seconds=1)
