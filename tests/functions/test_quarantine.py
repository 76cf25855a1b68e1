"""A message that kills the process each time: with processes that die, and through the real functions."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from local.image_service.server import ImageServer
from picturebook.adapters.dynamodb_attempt_markers import DynamoDbAttemptMarkers
from picturebook.adapters.system_clock import SystemClock
from tests.fakes.stories import page, story_document
from tests.functions.conftest import Context, Deployment, sqs_event
from tests.functions.pump import Pump
from tests.functions.test_draw_functions import billed, images, pump, send
from tests.functions.wired import plan_function

__all__ = ["images", "pump"]

ROOT = Path(__file__).resolve().parents[2]


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def run_dying_function(folder: Path, deadly: str) -> list[str]:
    command = [sys.executable, "-m", "tests.functions.dying_function", str(folder), deadly]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - ours
    ends: list[str] = json.loads(run.stdout)
    return ends


def test_a_message_that_kills_its_process_is_quarantined_at_its_fifth_marked_start(tmp_path: Path) -> None:
    assert run_dying_function(tmp_path, "deed") == ["killed"] * 6 + ["ended 0"]
    assert [kept["reason"] for kept in lines(tmp_path / "kept")] == ["quarantined"]
    assert lines(tmp_path / "kept")[0]["raw"] == '{"deadly": true}'


def test_a_message_that_kills_every_process_that_parses_it_is_kept_and_deleted_unparsed(tmp_path: Path) -> None:
    assert run_dying_function(tmp_path, "everything") == ["killed"] * 7 + ["ended 0"]
    [kept] = lines(tmp_path / "kept")
    assert kept["reason"].startswith("quarantined:")
    assert (kept["raw"], kept["origin"]) == ('{"deadly": true}', "sqs:00000000-0000-4000-8000-000000000001")
    [published] = lines(tmp_path / "published")
    assert (published["detail_type"], published["data"]["cause"]) == ("ImageFailed", "quarantined")


def died_with(deployment: Deployment, message_id: str, deaths: int) -> None:
    """Leave the marks of processes that died with a message."""
    marks = DynamoDbAttemptMarkers(deployment.clients.dynamodb, "picturebook-ledger", clock=SystemClock())
    for death in range(deaths):
        asyncio.run(marks.mark(message_id, receive=100 + death))


def receive_and_die(deployment: Deployment, queue: str, deaths: int) -> None:
    """Receive the queue's message as often as it takes to be marked, and leave the marks of `deaths`."""
    for _ in range(2):
        [message] = deployment.clients.sqs.receive_message(QueueUrl=deployment.url(queue), VisibilityTimeout=0)[
            "Messages"
        ]
    died_with(deployment, message["MessageId"], deaths)


def kept_reasons(deployment: Deployment) -> list[str]:
    answer = deployment.clients.sqs.receive_message(
        QueueUrl=deployment.url("refused"), MessageAttributeNames=["All"], MaxNumberOfMessages=10
    )
    return [message["MessageAttributes"]["reason"]["StringValue"] for message in answer.get("Messages", [])]


def test_the_story_of_a_deadly_page_ends_and_the_message_is_kept(
    deployment: Deployment, pump: Pump, images: ImageServer
) -> None:
    before = len(images.service.ledger.records)
    document = story_document(characters=[], pages=[page(1)])
    handle_story(deployment, sqs_event(json.dumps(document)))
    receive_and_die(deployment, "page", deaths=4)
    pump.run_until_quiet()
    published = deployment.events()
    assert [event["detail-type"] for event in published] == [
        "StoryAccepted",
        "ImageFailed",
        "StoryProgressed",
        "StoryFailed",
    ]
    assert published[1]["detail"]["data"]["reason"] == "quarantined"
    assert kept_reasons(deployment) == ["quarantined"]
    assert billed(images, before) == 0


def test_three_deaths_are_forgiven(deployment: Deployment, pump: Pump) -> None:
    handle_story(deployment, sqs_event(json.dumps(story_document(characters=[], pages=[page(1)]))))
    receive_and_die(deployment, "page", deaths=3)
    pump.run_until_quiet()
    assert deployment.events()[-1]["detail-type"] == "StoryCompleted"


def handle_story(deployment: Deployment, event: dict[str, Any]) -> None:
    function = plan_function(deployment)
    response = function.handle(event, cast("LambdaContext", Context()))
    function.close()
    assert response["batchItemFailures"] == []


@pytest.mark.parametrize(("deaths", "named"), [(4, "lantern"), (5, None)])
def test_a_deadly_story_is_rejected_with_its_name_or_unopened(
    deployment: Deployment, deaths: int, named: str | None
) -> None:
    event = sqs_event(json.dumps(story_document()))
    record = event["Records"][0]
    record["attributes"]["ApproximateReceiveCount"] = "9"
    died_with(deployment, record["messageId"], deaths)
    handle_story(deployment, event)
    [rejected] = deployment.events()
    assert rejected["detail-type"] == "StoryRejected"
    assert rejected["detail"]["data"]["reason"] == "quarantined"
    assert rejected["detail"]["metadata"]["story_id"] == named
    assert deployment.bodies("refused") == [record["body"]]


def test_a_bad_message_in_quarantine_is_refused_for_what_it_is(deployment: Deployment, pump: Pump) -> None:
    send(deployment, "page", "not json")
    receive_and_die(deployment, "page", deaths=4)
    pump.run_until_quiet()
    [failed] = deployment.events()
    assert failed["detail"]["data"]["cause"] == "json_invalid"
    assert deployment.bodies("refused") == ["not json"]
