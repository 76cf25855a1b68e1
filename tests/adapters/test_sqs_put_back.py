from __future__ import annotations

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.sqs_put_back import put_back
from picturebook.errors import StoreUnavailableError

BODY = '{"request_id": "r-1", "text": "ein Drache, der nicht niesen wollte \U0001f409"}'


@pytest.fixture
def url(aws: AwsClients) -> str:
    return aws.sqs.create_queue(QueueName="picturebook-page")["QueueUrl"]


def received(aws: AwsClients, url: str, *, receives: int) -> SQSRecord:
    """Send a message, receive it, and return it as Lambda hands it over, received so many times."""
    aws.sqs.send_message(QueueUrl=url, MessageBody=BODY)
    [message] = aws.sqs.receive_message(QueueUrl=url)["Messages"]
    return SQSRecord(
        {
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {"ApproximateReceiveCount": str(receives)},
            "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:picturebook-page",
        }
    )


def counts(aws: AwsClients, url: str) -> tuple[int, int, int]:
    """Return how many messages are visible, hidden, and sent with a delay."""
    names = ("", "NotVisible", "Delayed")
    answer = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    found: dict[str, str] = {str(name): value for name, value in answer["Attributes"].items()}
    visible, hidden, delayed = (int(found[f"ApproximateNumberOfMessages{name}"]) for name in names)
    return visible, hidden, delayed


async def test_a_message_that_is_put_back_stays_and_is_hidden(aws: AwsClients, url: str) -> None:
    assert not await put_back(aws.sqs, received(aws, url, receives=39), seconds=600, fresh_after=40)
    assert counts(aws, url) == (0, 1, 0)


async def test_a_message_that_need_not_wait_is_visible_at_once(aws: AwsClients, url: str) -> None:
    await put_back(aws.sqs, received(aws, url, receives=1), seconds=-3.0, fresh_after=40)
    assert counts(aws, url) == (1, 0, 0)


async def test_a_message_that_used_half_of_its_receives_is_sent_afresh_with_the_same_body(
    aws: AwsClients, url: str
) -> None:
    record = received(aws, url, receives=40)
    assert await put_back(aws.sqs, record, seconds=0.0, fresh_after=40)
    [fresh] = aws.sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"]
    assert fresh["Body"] == BODY
    assert fresh["Attributes"]["ApproximateReceiveCount"] == "1"


@pytest.mark.parametrize("seconds", [600.2, 900.0, 7 * 3600.0])
async def test_a_fresh_message_waits_as_long_as_sqs_delays_one(aws: AwsClients, url: str, seconds: float) -> None:
    assert await put_back(aws.sqs, received(aws, url, receives=41), seconds=seconds, fresh_after=40)
    assert counts(aws, url) == (0, 1, 1), "the old one is hidden until it is deleted, the fresh one waits"


async def test_a_queue_that_does_not_take_the_fresh_message_leaves_the_old_one(aws: AwsClients, url: str) -> None:
    record = received(aws, url, receives=40)
    aws.sqs.delete_queue(QueueUrl=url)
    with pytest.raises(StoreUnavailableError):
        await put_back(aws.sqs, record, seconds=1, fresh_after=40)
