from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.sqs_message_queues import SqsDrawQueue
from picturebook.models.messages import (
    AnyDrawMessage,
    CharacterOnPage,
    DrawCharacterMessage,
    DrawnCharacter,
    DrawPageMessage,
    PageContent,
    RunRef,
)
from picturebook.models.pictures import PictureKind
from picturebook.ports.message_queues import DrawQueue
from tests.fakes.clock import FakeClock
from tests.fakes.in_memory_message_queues import InMemoryDrawQueue

RUN = RunRef(story_id="fern", revision="a" * 16)


@dataclass(frozen=True)
class Sent:
    """A queue, and the messages that a consumer of each kind receives."""

    queue: DrawQueue
    waiting: Callable[[PictureKind], Sequence[AnyDrawMessage]]


def a_character(number: int = 1) -> DrawCharacterMessage:
    character = DrawnCharacter(name=f"Mira {number} é\U0001f98a", traits=("red scarf",))
    return DrawCharacterMessage(
        schema_version="1.0", run=RUN, picture_id=f"character-{number}", style="ink", character=character
    )


def a_page(number: int = 1, *, text: str = "Mira runs.") -> DrawPageMessage:
    return DrawPageMessage(
        schema_version="1.0",
        run=RUN,
        style="ink",
        page=PageContent(page_number=number, text=text),
        characters=(CharacterOnPage(name="Mira", traits=("red scarf",), picture_id="character-1"),),
    )


def sqs_queue(aws: AwsClients, clock: FakeClock) -> Sent:
    urls = {kind: aws.sqs.create_queue(QueueName=kind)["QueueUrl"] for kind in PictureKind}
    models: dict[PictureKind, type[AnyDrawMessage]] = {
        PictureKind.CHARACTER: DrawCharacterMessage,
        PictureKind.PAGE: DrawPageMessage,
    }

    def waiting(kind: PictureKind) -> list[AnyDrawMessage]:
        found: list[AnyDrawMessage] = []
        while messages := aws.sqs.receive_message(QueueUrl=urls[kind], MaxNumberOfMessages=10).get("Messages", []):
            found += [models[kind].model_validate_json(message["Body"]) for message in messages]
        return found

    queue = SqsDrawQueue(
        aws.sqs, character_url=urls[PictureKind.CHARACTER], page_url=urls[PictureKind.PAGE], clock=clock
    )
    return Sent(queue, waiting)


@pytest.fixture(params=["sqs", "in_memory"])
def sent(request: pytest.FixtureRequest, clock: FakeClock) -> Sent:
    if request.param == "sqs":
        return sqs_queue(request.getfixturevalue("aws"), clock)
    queue = InMemoryDrawQueue()
    return Sent(queue, lambda kind: [message for message in queue.messages if message.kind == kind])


async def test_a_message_arrives_as_it_was_sent(sent: Sent) -> None:
    await sent.queue.send([a_character(), a_page()])
    assert sent.waiting(PictureKind.CHARACTER) == [a_character()]
    assert sent.waiting(PictureKind.PAGE) == [a_page()]


async def test_more_messages_than_one_request_takes_all_arrive(sent: Sent) -> None:
    messages = [a_page(number) for number in range(1, 24)]
    await sent.queue.send(messages)
    arrived = sorted(sent.waiting(PictureKind.PAGE), key=lambda message: message.picture.picture_id)
    assert arrived == messages


async def test_sending_no_messages_does_nothing(sent: Sent) -> None:
    await sent.queue.send([])
    assert sent.waiting(PictureKind.PAGE) == []
