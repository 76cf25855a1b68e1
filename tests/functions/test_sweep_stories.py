"""The function that sweeps: real adapters over moto's tables, queues and metrics, hours after a crash."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.sweep_stories.handler import logger, sweep
from picturebook.adapters.system_clock import SystemClock
from picturebook.bootstrap.function_wiring import wire_function
from picturebook.services import Services
from picturebook.settings import Settings
from tests.fakes.stories import story_document
from tests.functions.conftest import BUCKET, Context, Deployment, sqs_event
from tests.functions.wired import plan_function

CONTEXT = cast("LambdaContext", Context())
CLIENTS = ("dynamodb", "s3", "sqs", "events", "cloudwatch", "secrets")


class LaterClock(SystemClock):
    """The system's clock, some hours on."""

    def __init__(self, hours: float) -> None:
        self._later = timedelta(hours=hours)

    def now(self) -> datetime:
        return super().now() + self._later


@pytest.fixture(autouse=True)
def visible_after_an_hour(deployment: Deployment) -> None:
    for queue in ("character", "page"):
        url = deployment.url(queue)
        deployment.clients.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "3600"})


def services_later(deployment: Deployment, *, hours: float = 0) -> Services:
    """Return the sweep's services as they are wired, with a clock that is ahead."""
    services = wire_function(Settings, deployment.environment, deployment.clients).services
    return replace(services, clock=LaterClock(hours))


def plan(deployment: Deployment, **fields: object) -> None:
    function = plan_function(deployment)
    response = function.handle(sqs_event(json.dumps(story_document(**fields))), CONTEXT)
    assert response == {"batchItemFailures": []}
    function.close()


def pictures_in(deployment: Deployment) -> list[str]:
    bodies = [*deployment.bodies("character"), *deployment.bodies("page")]
    return [json.loads(body).get("picture_id") for body in bodies]


@contextmanager
def requests(deployment: Deployment) -> Iterator[Counter[str]]:
    """Count the AWS requests that are made, by their names."""
    counted: Counter[str] = Counter()

    def count(model: Any, **_: object) -> None:
        counted[model.name] += 1

    clients = [getattr(deployment.clients, name) for name in CLIENTS]
    for client in clients:
        client.meta.events.register("before-call", count)
    yield counted
    for client in clients:
        client.meta.events.unregister("before-call", count)


def test_messages_that_were_lost_are_back_in_their_queues(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    plan(deployment)
    first = pictures_in(deployment)
    with requests(deployment) as counted:
        sweep(services_later(deployment, hours=3), CONTEXT)
    assert pictures_in(deployment) == first == ["character-01", "character-02", "page-001"]
    assert counted == {
        "Query": 4,  # the index three times, and the run's pictures
        "GetItem": 2,  # the run, the head
        "BatchGetItem": 1,  # the circuit with its override
        "GetMetricData": 1,
        "GetQueueAttributes": 2,
        "GetObject": 1,  # the plan
        "UpdateItem": 1,
        "SendMessageBatch": 2,
    }
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [(metric["kind"], metric["StoriesSwept"]) for metric in metrics] == [("pictures_sent", [1.0])]
    (described,) = metrics[0]["_aws"]["CloudWatchMetrics"]
    assert (described["Namespace"], described["Dimensions"]) == ("Picturebook", [["service", "kind"]])


def test_a_plan_that_was_not_queued_is_queued_and_counted_as_such(deployment: Deployment) -> None:
    plan(deployment)
    pictures_in(deployment)
    (item,) = [item for item in _items(deployment) if item["sk"]["S"].startswith("RUN#")]
    deployment.clients.dynamodb.update_item(
        TableName="picturebook-ledger",
        Key={"pk": item["pk"], "sk": item["sk"]},
        UpdateExpression="SET is_queued = :no REMOVE moved_at",
        ExpressionAttributeValues={":no": {"BOOL": False}},
    )
    sweep(services_later(deployment, hours=0.3), CONTEXT)
    assert pictures_in(deployment) == ["character-01", "character-02", "page-001"]
    sweep(services_later(deployment, hours=0.6), CONTEXT)
    assert pictures_in(deployment) == []


@pytest.mark.parametrize("queue", ["character", "page"])
def test_a_message_in_flight_keeps_the_others_from_being_sent_again(deployment: Deployment, queue: str) -> None:
    plan(deployment)
    pictures_in(deployment)
    sqs, url = deployment.clients.sqs, deployment.url(queue)
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    sqs.receive_message(QueueUrl=url)
    sweep(services_later(deployment, hours=3), CONTEXT)
    assert pictures_in(deployment) == []


def test_a_fresh_story_costs_four_requests(deployment: Deployment) -> None:
    plan(deployment)
    with requests(deployment) as counted:
        sweep(services_later(deployment), CONTEXT)
    assert counted == {"Query": 3, "GetItem": 1}


def test_nothing_unfinished_costs_three_requests_and_no_metric(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    with requests(deployment) as counted:
        sweep(services_later(deployment), CONTEXT)
    assert counted == {"Query": 3}
    assert "_aws" not in capsys.readouterr().out


def test_a_run_that_cannot_be_swept_fails_the_invocation_after_the_others_were_swept(deployment: Deployment) -> None:
    plan(deployment, story_id="broken")
    plan(deployment)
    pictures_in(deployment)
    listed = deployment.clients.s3.list_objects_v2(Bucket=BUCKET, Prefix="books/broken/")
    for found in listed["Contents"]:
        deployment.clients.s3.delete_object(Bucket=BUCKET, Key=found["Key"])
    with pytest.raises(ExceptionGroup, match="some unfinished work") as failed:
        sweep(services_later(deployment, hours=3), CONTEXT)
    assert len(failed.value.exceptions) == 1
    assert pictures_in(deployment) == ["character-01", "character-02", "page-001"]


def test_what_a_sweep_did_is_logged(deployment: Deployment) -> None:
    plan(deployment)
    pictures_in(deployment)
    lines: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    listening = Listening()
    listening.setFormatter(logger.registered_formatter)
    plain = logging.getLogger(logger.name)
    plain.addHandler(listening)
    sweep(services_later(deployment, hours=3), CONTEXT)
    plain.removeHandler(listening)
    published = json.loads(lines[-1])
    assert (published["repairs"], published["failures"], published["left"]) == ({"pictures_sent": 1}, 0, 0)


def test_the_function_does_not_import_openai() -> None:
    script = "import sys, functions.sweep_stories.handler; print('openai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == "False"


def _items(deployment: Deployment) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", deployment.clients.dynamodb.scan(TableName="picturebook-ledger")["Items"])
