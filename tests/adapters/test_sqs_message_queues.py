from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.sqs_message_queues import SqsDrawQueue
from picturebook.errors import ImageValidationError, StoreUnavailableError
from picturebook.models.messages import CharacterOnPage
from tests.contracts.test_draw_queue import a_character, a_page
from tests.fakes.clock import FakeClock

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/"


@pytest.fixture
def queue(aws: AwsClients, clock: FakeClock) -> SqsDrawQueue:
    return SqsDrawQueue(aws.sqs, character_url=URL + "character", page_url=URL + "page", clock=clock)


def answer(taken: list[str], failed: list[str] = [], *, sender_fault: bool = False) -> dict[str, Any]:  # noqa: B006 - never changed
    return {
        "Successful": [{"Id": entry, "MessageId": entry, "MD5OfMessageBody": "0"} for entry in taken],
        "Failed": [{"Id": entry, "SenderFault": sender_fault, "Code": "InternalError"} for entry in failed],
    }


def expecting(url: str, *entries: tuple[str, str]) -> dict[str, Any]:
    return {"QueueUrl": url, "Entries": [{"Id": entry, "MessageBody": body} for entry, body in entries]}


async def test_only_the_failed_messages_are_sent_again(queue: SqsDrawQueue, aws: AwsClients, clock: FakeClock) -> None:
    bodies = [a_page(number).model_dump_json(exclude_none=True) for number in (1, 2, 3)]
    everything = [(str(index), body) for index, body in enumerate(bodies)]
    with Stubber(aws.sqs) as stub:
        stub.add_response("send_message_batch", answer(["0", "2"], ["1"]), expecting(URL + "page", *everything))
        stub.add_response("send_message_batch", answer(["1"]), expecting(URL + "page", everything[1]))
        await queue.send([a_page(1), a_page(2), a_page(3)])
        stub.assert_no_pending_responses()
    assert clock.slept == [0.1]


async def test_a_message_that_stays_refused_is_an_unavailable_store(queue: SqsDrawQueue, aws: AwsClients) -> None:
    with Stubber(aws.sqs) as stub:
        for _ in range(5):
            stub.add_response("send_message_batch", answer([], ["0"]))
        with pytest.raises(StoreUnavailableError, match="1 messages"):
            await queue.send([a_character()])


async def test_a_message_with_a_sender_fault_is_not_sent_again(
    queue: SqsDrawQueue, aws: AwsClients, clock: FakeClock
) -> None:
    with Stubber(aws.sqs) as stub:
        stub.add_response("send_message_batch", answer([], ["0"], sender_fault=True))
        with pytest.raises(StoreUnavailableError, match="InternalError"):
            await queue.send([a_character()])
    assert clock.slept == []


async def test_a_request_stays_under_the_limit_of_bytes(queue: SqsDrawQueue, aws: AwsClients) -> None:
    hero = CharacterOnPage(name="Mira", traits=("\U0001f98a" * 500,) * 20, description="\U0001f98a" * 4000)
    page = a_page().model_copy(update={"characters": (hero,) * 7})
    with Stubber(aws.sqs) as stub:
        for ids in (["0", "1"], ["0"]):
            stub.add_response("send_message_batch", answer(ids), {"QueueUrl": URL + "page", "Entries": ANY})
        await queue.send([page] * 3)
        stub.assert_no_pending_responses()


async def test_a_message_that_is_too_large_is_refused_before_any_is_sent(queue: SqsDrawQueue, aws: AwsClients) -> None:
    hero = CharacterOnPage(name="Mira", traits=("\U0001f98a" * 500,) * 20, description="\U0001f98a" * 4000)
    page = a_page(7).model_copy(update={"characters": (hero,) * 40})
    with Stubber(aws.sqs), pytest.raises(ImageValidationError, match="page-007"):
        await queue.send([a_character(), page])
