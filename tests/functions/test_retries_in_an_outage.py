"""However long an outage: waiting brings no message into the dead-letter queue, nor past its retention."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from picturebook.adapters.sqs_message_visibility import MOST_HIDDEN_SECONDS, SqsMessageVisibility
from picturebook.entrypoints.queue_function import QueueFunction, RecordHandler, message_origin
from picturebook.errors import RetryLater
from picturebook.events import request_refused
from tests.fakes.clock import FakeClock
from tests.fakes.services import in_memory_services
from tests.fakes.waiting_queue import WaitingQueue
from tests.functions.conftest import Context

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_sqs import SQSClient

TEMPLATE = json.loads((Path(__file__).resolve().parents[2] / "infra/template/picturebook.json").read_text())
DAY = 24 * 3600.0


def deployed_queue(clock: FakeClock, name: str = "page") -> WaitingQueue:
    """Return a queue with the numbers of the template."""
    properties = [r["Properties"] for r in TEMPLATE["Resources"].values() if r["Type"] == "AWS::SQS::Queue"]
    named = {"Fn::Join": ["", [{"Ref": "AWS::StackName"}, f"-{name}"]]}
    [queue] = [found for found in properties if found["QueueName"] == named]
    return WaitingQueue(
        clock,
        most_receives=queue["RedrivePolicy"]["maxReceiveCount"],
        visibility=queue["VisibilityTimeout"],
        retention=queue["MessageRetentionPeriod"],
    )


class Outage:
    """A handler that has its message retried every `pause` seconds until the outage is over."""

    def __init__(self, clock: FakeClock, *, over_at: float, pause: float, error: Exception | None = None) -> None:
        self._clock = clock
        self._over_at = over_at
        self._pause = pause
        self._error = error
        self.done: set[str] = set()

    async def draw(self, record: SQSRecord, _deadline: datetime) -> None:
        if self._clock.monotonic() < self._over_at:
            raise self._error or RetryLater(self._pause, reason="the circuit is open")
        self.done.add(record.body)

    def work_off(self, queue: WaitingQueue) -> int:
        """Do what Lambda does until the queue is empty; return the highest receive count that was seen."""
        visibility = SqsMessageVisibility(cast("SQSClient", queue), fresh_after=queue.most_receives // 2)
        services = in_memory_services(clock=self._clock, message_visibility=visibility)
        handler = RecordHandler(self.draw, self.draw, refusal_event=request_refused, origin_of=message_origin)
        function = QueueFunction(handler, services, logger=logging.getLogger(__name__))
        most = 0
        for message, event in queue.records():
            most = max(most, message.receives)
            if not function.handle(event, cast("LambdaContext", Context()))["batchItemFailures"]:
                queue.delete(message)
        function.close()
        return most


@pytest.mark.parametrize("pause", [630.0, 900.0, 3600.0, 11 * 3600.0])
def test_an_outage_of_twenty_days_loses_no_message(pause: float) -> None:
    clock = FakeClock()
    queue = deployed_queue(clock)
    for number in range(2):
        queue.send_message("", f"picture {number}")
    outage = Outage(clock, over_at=20 * DAY, pause=pause)
    most = outage.work_off(queue)
    assert outage.done == {"picture 0", "picture 1"}
    assert (queue.dead_letters, queue.expired) == ([], [])
    assert most <= queue.most_receives // 2
    assert clock.monotonic() < 20 * DAY + min(pause, MOST_HIDDEN_SECONDS) + 1


def test_a_message_that_fails_does_reach_the_dead_letters_before_its_retention_ends() -> None:
    clock = FakeClock()
    queue = deployed_queue(clock)
    queue.send_message("", "picture")
    most = Outage(clock, over_at=20 * DAY, pause=0, error=RuntimeError("a mistake of ours")).work_off(queue)
    assert (queue.dead_letters, queue.expired) == (["picture"], [])
    assert most == queue.most_receives
