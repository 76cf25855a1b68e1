from __future__ import annotations

import base64
import gzip
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.sqs_refused_input_queue import SqsRefusedInputQueue
from picturebook.ports.message_queues import RefusedInputQueue
from tests.fakes.in_memory_message_queues import InMemoryRefusedInputQueue, RefusedInput

ORIGIN = "s3://picturebook/stories/fern.json"
NOISE = "".join(random.Random(7).choices([chr(code) for code in range(0x4E00, 0x9FFF)], k=500_000))  # noqa: S311 - no secret


@dataclass(frozen=True)
class QueueUnderTest:
    """A queue, and what the operator gets back from it."""

    queue: RefusedInputQueue
    inputs: Callable[[], Sequence[RefusedInput]]


def sqs_queue(aws: AwsClients) -> QueueUnderTest:
    url = aws.sqs.create_queue(QueueName="refused", Attributes={"MaximumMessageSize": str(1024 * 1024)})["QueueUrl"]

    def inputs() -> list[RefusedInput]:
        parts: dict[str, dict[int, str]] = defaultdict(dict)
        labels: dict[str, dict[str, str]] = {}
        while messages := aws.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages", []):
            for message in messages:
                found = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
                input_id = found.get("input_id", message["MessageId"])
                parts[input_id][int(found.get("part", "1/1").split("/")[0])] = message["Body"]
                labels[input_id] = found
        return [restored("".join(bodies[n] for n in sorted(bodies)), labels[id_]) for id_, bodies in parts.items()]

    return QueueUnderTest(SqsRefusedInputQueue(aws.sqs, url), inputs)


def restored(body: str, labels: dict[str, str]) -> RefusedInput:
    if labels["encoding"] == "gzip+base64":
        content = gzip.decompress(base64.b64decode(body))
        try:
            body = content.decode("utf-8", "surrogateescape")
        except UnicodeDecodeError:
            body = content.decode("utf-8", "surrogatepass")
    return RefusedInput(body, labels["reason"], labels["origin"])


@pytest.fixture(params=["sqs", "in_memory"])
def queue_under_test(request: pytest.FixtureRequest) -> QueueUnderTest:
    if request.param == "sqs":
        return sqs_queue(request.getfixturevalue("aws"))
    queue = InMemoryRefusedInputQueue()
    return QueueUnderTest(queue, lambda: queue.kept)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param('{"story_id": "fern"', id="not quite JSON"),
        pytest.param("", id="nothing"),
        pytest.param("zero \x00 bell \x07 \ufffe", id="characters that SQS refuses"),
        pytest.param(b"latin \xe9\xff".decode("utf-8", "surrogateescape"), id="bytes that are not UTF-8"),
        pytest.param("  spaces\r\n\tand lines \U0001f98a", id="white space"),
        pytest.param("a" * (1024 * 1024), id="one mebibyte"),
        pytest.param(NOISE, id="1.5 MB that do not compress"),
    ],
)
async def test_an_input_is_kept_byte_for_byte_with_its_reason_and_origin(
    queue_under_test: QueueUnderTest, raw: str
) -> None:
    await queue_under_test.queue.keep(raw, reason="pages: is missing", origin=ORIGIN)
    assert queue_under_test.inputs() == [RefusedInput(raw, "pages: is missing", ORIGIN)]


async def test_an_invalid_reason_or_origin_does_not_lose_the_input(queue_under_test: QueueUnderTest) -> None:
    await queue_under_test.queue.keep("raw", reason="", origin="bell \x07")
    assert [found.raw for found in queue_under_test.inputs()] == ["raw"]
