from __future__ import annotations

import pytest
from botocore.stub import Stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.sqs_refused_input_queue import SqsRefusedInputQueue
from picturebook.errors import StoreUnavailableError
from tests.contracts.test_refused_input_queue import NOISE, ORIGIN


def messages(aws: AwsClients, url: str) -> list[tuple[str, dict[str, str]]]:
    answer = aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    return [
        (message["Body"], {name: value["StringValue"] for name, value in message["MessageAttributes"].items()})
        for message in answer.get("Messages", [])
    ]


@pytest.fixture
def url(aws: AwsClients) -> str:
    return aws.sqs.create_queue(QueueName="refused", Attributes={"MaximumMessageSize": str(1024 * 1024)})["QueueUrl"]


async def test_text_can_be_read_in_the_console(aws: AwsClients, url: str) -> None:
    await SqsRefusedInputQueue(aws.sqs, url).keep('{"a": 1}', reason="missing", origin=ORIGIN)
    assert messages(aws, url) == [('{"a": 1}', {"reason": "missing", "origin": ORIGIN, "encoding": "text"})]


async def test_every_part_of_a_long_input_fits_and_has_its_number(aws: AwsClients, url: str) -> None:
    queue = SqsRefusedInputQueue(aws.sqs, url)
    await queue.keep(NOISE, reason="\U0001f98a" * 2000, origin="\U0001f98a" * 2000)
    found = messages(aws, url)
    assert [labels["part"] for _, labels in found] == ["1/2", "2/2"]
    assert len({labels["input_id"] for _, labels in found}) == 1
    sizes = [
        len(body) + sum(len((name + "String" + value).encode()) for name, value in labels.items())
        for body, labels in found
    ]
    assert all(size <= 1024 * 1024 for size in sizes)


async def test_characters_that_an_attribute_refuses_are_escaped(aws: AwsClients, url: str) -> None:
    await SqsRefusedInputQueue(aws.sqs, url).keep("raw", reason="", origin="stories/bell\x07.json")
    assert messages(aws, url)[0][1] == {"reason": "unknown", "origin": "stories/bell\\u0007.json", "encoding": "text"}


async def test_a_queue_that_does_not_answer_is_an_unavailable_store(aws: AwsClients) -> None:
    with Stubber(aws.sqs) as stub:
        stub.add_client_error("send_message", "ServiceUnavailable", http_status_code=503)
        with pytest.raises(StoreUnavailableError):
            await SqsRefusedInputQueue(aws.sqs, "https://sqs/1/refused").keep("raw", reason="r", origin=ORIGIN)
