"""A worker process: receives from the image queues and calls the functions' own code, until it is killed.

It stands in for Lambda: SQS, DynamoDB, S3 and EventBridge are the emulator's, the pictures come over HTTP.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.adapters.aws_clients import AwsClients
from picturebook.bootstrap.function_wiring import wire_function
from picturebook.bootstrap.openai_service import open_image_service
from picturebook.entrypoints.draw_function import make_draw_function
from picturebook.entrypoints.queue_function import QueueFunction
from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage, DrawPageMessage
from picturebook.settings import Settings
from tests.functions.conftest import Context
from tests.functions.pump import as_record
from tests.kills.accelerated_clock import AcceleratedClock
from tests.kills.witness import WitnessedLedger

# Of the accelerated clock: 10 real seconds for what takes half a second, so that a slow worker loses no claim.
_INVOCATION_MS = 200_000
# Real seconds, longer than an invocation takes by the accelerated clock.
_VISIBILITY = 11
_IDLE_PAUSE = 0.1


@dataclass(frozen=True)
class Workplace:
    """What a worker is told; picklable, as it goes to another process."""

    aws_environment: Mapping[str, str]
    environment: Mapping[str, str]
    testimony: Path
    clock_started_at: float
    clock_factor: float


def work(workplace: Workplace) -> None:
    """Work until killed."""
    os.environ.update(workplace.aws_environment)
    functions = _functions(workplace)
    receiving = AwsClients().sqs
    urls = {what: workplace.environment[f"PICTUREBOOK_{what.upper()}_QUEUE_URL"] for what in functions}
    while True:
        found = [_work_off_one(receiving, urls[what], what, function) for what, function in functions.items()]
        if not any(found):
            time.sleep(_IDLE_PAUSE)


def _functions(workplace: Workplace) -> dict[str, QueueFunction]:
    clock = AcceleratedClock(workplace.clock_started_at, workplace.clock_factor)
    clients = AwsClients()
    # What the function hides for a minute is to come back when a minute has passed on its own clock.
    clients.__dict__["sqs"] = _HurriedSqs(clients.sqs, workplace.clock_factor)
    messages: dict[str, type[AnyDrawMessage]] = {"character": DrawCharacterMessage, "page": DrawPageMessage}
    # Wired apart, as each function has an event loop of its own, and in the cloud a process.
    return {what: _function(workplace, message, clients, clock) for what, message in messages.items()}


def _function(
    workplace: Workplace, message_type: type[AnyDrawMessage], clients: AwsClients, clock: AcceleratedClock
) -> QueueFunction:
    logger = Logger(service="killed", level="CRITICAL")
    wired = wire_function(Settings, workplace.environment, clients, clock=clock, image_service=open_image_service)
    ledger = WitnessedLedger(wired.services.ledger, workplace.testimony)
    services = replace(wired.services, ledger=ledger)
    return make_draw_function(message_type, services, wired.settings.drawing(), logger=logger, close=wired.close)


class _HurriedContext(Context):
    def get_remaining_time_in_millis(self) -> int:
        return _INVOCATION_MS


class _HurriedSqs:
    """An SQS client whose visibility timeouts are divided by the clock's factor."""

    def __init__(self, client: Any, factor: float) -> None:
        self._client = client
        self._factor = factor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def change_message_visibility(self, **arguments: Any) -> Any:
        hurried = math.ceil(arguments["VisibilityTimeout"] / self._factor)
        return self._client.change_message_visibility(**{**arguments, "VisibilityTimeout": hurried})


def _work_off_one(sqs: Any, url: str, what: str, function: QueueFunction) -> bool:
    answer = sqs.receive_message(
        QueueUrl=url, VisibilityTimeout=_VISIBILITY, WaitTimeSeconds=0, MessageSystemAttributeNames=["All"]
    )
    for message in answer.get("Messages", []):
        event = {"Records": [as_record(message, what, account="000000000000")]}
        response = function.handle(event, cast("LambdaContext", _HurriedContext()))
        if not response["batchItemFailures"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bool(answer.get("Messages"))
