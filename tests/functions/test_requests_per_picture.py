"""What one picture asks of AWS on the healthy way, counted by a hook in botocore: at most seven requests.

Stored files and reference reads (S3) are counted apart. The function is warm: its key is known, its clients are made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.entrypoints.queue_function import QueueFunction
from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage, DrawPageMessage
from tests.fakes.stories import MIRA, page, story_document
from tests.functions.conftest import Context, Deployment, sqs_event
from tests.functions.served_functions import served_functions

MOST_REQUESTS = 7
HEALTHY = [
    "BatchGetItem",  # admit: run, picture, sheets and circuit
    "UpdateItem",  # rate: a permit
    "UpdateItem",  # claim
    "PutEvents",  # ImageStarted
    "UpdateItem",  # decide
    "UpdateItem",  # settle: out of the run's open pictures
    "PutEvents",  # ImageCompleted with StoryProgressed
]
ENDING_THE_RUN = [
    "Query",  # all pictures of the run
    "UpdateItem",  # decide the ending
    "Query",  # whether the book that was written is still true
    "PutEvents",  # StoryCompleted
    "UpdateItem",  # confirm
]


# What an earlier revision may have drawn for the same request is looked for; what was drawn is kept for a later one.
LOOKED_FOR, STORED, REMEMBERED = "ListObjectsV2", "PutObject", "PutObject"
DERIVED = ["PutObject", "PutObject"]
# The alt text is looked for, and kept; meanwhile the original is stored.
DESCRIBED = ["GetObject", "PutObject", STORED]


class Counted:
    """The functions of a deployment, and what each invocation asked of AWS: operations in order, S3 apart."""

    def __init__(self, deployment: Deployment, functions: dict[str, QueueFunction]) -> None:
        self._deployment = deployment
        self._functions = functions

    def invoke(self, queue: str, body: str) -> tuple[list[str], list[str]]:
        """Have one message handled; return the requests beside S3, and those to S3."""
        with self._counting() as requests:
            response = self._functions[queue].handle(sqs_event(body, queue=queue), cast("LambdaContext", Context()))
        assert response == {"batchItemFailures": []}
        s3 = [operation for service, operation in requests if service == "s3"]
        return [operation for service, operation in requests if service != "s3"], s3

    def messages(self, queue: str) -> dict[str, str]:
        """Take all messages out of an image queue; return them by the picture that they ask for."""
        kind: type[AnyDrawMessage] = DrawCharacterMessage if queue == "character" else DrawPageMessage
        parsed = {body: kind.model_validate_json(body) for body in self._deployment.bodies(queue)}
        return {message.picture.picture_id: body for body, message in parsed.items()}

    @contextmanager
    def _counting(self) -> Iterator[list[tuple[str, str]]]:
        aws = self._deployment.clients
        clients: list[Any] = [aws.dynamodb, aws.events, aws.sqs, aws.secrets, aws.s3, aws.cloudwatch, aws.functions]
        seen: list[tuple[str, str]] = []

        # Emitted for every attempt, so that a request that was sent again counts twice.
        def count(request: Any, operation_name: str, event_name: str, **_: object) -> None:
            seen.append((event_name.split(".")[1], operation_name))

        for client in clients:
            client.meta.events.register("request-created", count)
        try:
            yield seen
        finally:
            for client in clients:
                client.meta.events.unregister("request-created", count)


@pytest.fixture
def counted(deployment: Deployment) -> Iterator[Counted]:
    # With a chat model: a healthy chat call costs no request to AWS either.
    with served_functions(deployment) as (functions, _):
        counted = Counted(deployment, functions)
        for queue in ("character", "page"):
            counted.invoke(queue, a_request(queue, "warms-up"))
        yield counted


def a_request(queue: str, request_id: str) -> str:
    document: dict[str, object] = {"schema_version": "1.0", "request_id": request_id, "style": "soft watercolour"}
    if queue == "character":
        document |= {"character": MIRA}
    else:
        document |= {"page": {"page_number": 1, "text": "The boat waits for the tide."}}
    return json.dumps({**document, "size": "1024x640"})


def accept(counted: Counted, **fields: object) -> None:
    counted.invoke("story", json.dumps(story_document(**fields)))


def test_a_page_of_a_story_takes_seven_requests(counted: Counted) -> None:
    accept(counted, characters=[], pages=[page(1), page(2)])
    requests, s3 = counted.invoke("page", counted.messages("page")["page-001"])
    assert requests == HEALTHY
    assert len(requests) <= MOST_REQUESTS
    assert sorted(s3) == sorted([LOOKED_FOR, *DESCRIBED, *DERIVED, REMEMBERED])


def test_a_page_that_follows_sheets_takes_no_more_beside_reading_them(counted: Counted) -> None:
    accept(counted, pages=[page(1, "Mira", "Tock"), page(2)])
    for body in counted.messages("character").values():
        counted.invoke("character", body)
    requests, s3 = counted.invoke("page", counted.messages("page")["page-001"])
    assert requests == HEALTHY
    assert sorted(s3) == sorted([LOOKED_FOR, "GetObject", "GetObject", *DESCRIBED, *DERIVED, REMEMBERED])


def test_a_sheet_that_releases_no_page_takes_as_many_as_a_page(counted: Counted) -> None:
    accept(counted, pages=[page(1, "Mira", "Tock")])
    requests, _ = counted.invoke("character", next(iter(counted.messages("character").values())))
    assert requests == HEALTHY


def test_a_sheet_that_releases_its_pages_sends_them_in_one_request_more(counted: Counted) -> None:
    accept(counted, characters=[MIRA], pages=[page(1, "Mira"), page(2, "Mira")])
    requests, s3 = counted.invoke("character", next(iter(counted.messages("character").values())))
    # The pages go out before the announcement: the worker that settles the last sheet is responsible for them.
    assert requests == [*HEALTHY[:-1], "SendMessageBatch", HEALTHY[-1]]
    assert s3 == [LOOKED_FOR, STORED, *DERIVED, REMEMBERED, "GetObject"], "at last the plan, which names the pages"
    assert set(counted.messages("page")) == {"page-001", "page-002"}


@pytest.mark.parametrize("queue", ["character", "page"])
def test_a_request_without_a_story_takes_six(counted: Counted, queue: str) -> None:
    requests, s3 = counted.invoke(queue, a_request(queue, "fern"))
    assert requests == [*HEALTHY[:5], HEALTHY[-1]]  # there is no run to settle
    assert s3 == [STORED, *DERIVED]


def test_the_last_picture_of_a_story_takes_what_ends_the_story_besides(counted: Counted) -> None:
    accept(counted, characters=[], pages=[page(1)])
    requests, _ = counted.invoke("page", counted.messages("page")["page-001"])
    assert requests == [*HEALTHY, *ENDING_THE_RUN]
