"""Lambda: carries out the commands that people send about a story: cancel it, redraw a picture, resolve a lost call."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.bootstrap.function_wiring import wire_function
from picturebook.entrypoints.queue_function import QueueFunction, RecordHandler, message_origin
from picturebook.errors import InputRefusedError
from picturebook.events import control_refused
from picturebook.models.control import parse_control
from picturebook.recovery.poison_message_detector import quarantined_input
from picturebook.services import Services
from picturebook.settings import Settings
from picturebook.use_cases.control_story import control_story

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Carry out the command of each record of the control queue."""
    return _function().handle(event, context)


@functools.cache
def _function() -> QueueFunction:
    return make_function(wire_function(Settings, os.environ).services)


def make_function(services: Services) -> QueueFunction:
    """Return the function over these services."""

    async def control_record(record: SQSRecord, _deadline: datetime) -> None:
        command = parse_control(record.body.encode("utf-8", "surrogatepass"))
        about = command.model_dump(include={"action", "request_id", "picture_id"}, exclude_none=True)
        logger.append_keys(story_id=command.story_id, command=about)
        try:
            # A message keeps its id however often it is delivered.
            await control_story(command, services, command_id=record.message_id)
        except InputRefusedError as error:
            error.about = about
            raise
        logger.info("command carried out")

    async def quarantine_record(_record: SQSRecord, _deadline: datetime) -> None:
        raise quarantined_input(what="the command")

    handler = RecordHandler(control_record, quarantine_record, refusal_event=control_refused, origin_of=message_origin)
    return QueueFunction(handler, services, logger=logging.getLogger(logger.name))
