"""Lambda: plans a story that was uploaded or sent as a message, and queues its pictures."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.bootstrap.function_wiring import wire_function
from picturebook.bootstrap.openai_service import open_image_service
from picturebook.entrypoints.queue_function import QueueFunction, RecordHandler
from picturebook.entrypoints.story_records import origin_of, read_story_record
from picturebook.errors import InputRefusedError
from picturebook.events import story_rejected
from picturebook.recovery.poison_message_detector import quarantined_input
from picturebook.services import Services
from picturebook.settings import PlanningSettings, Settings
from picturebook.use_cases.plan_story import plan_story

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Plan the story of each record of the story queue."""
    return _function().handle(event, context)


@functools.cache
def _function() -> QueueFunction:
    wired = wire_function(Settings, os.environ, image_service=open_image_service)
    settings = wired.settings
    return make_function(wired.services, settings.planning(), bucket=settings.bucket, close=wired.close)


def make_function(
    services: Services,
    settings: PlanningSettings,
    *,
    bucket: str,
    close: Callable[[], Awaitable[None]] | None = None,
) -> QueueFunction:
    """Return the function over these services.

    `bucket` is the only one whose uploads are read; `close` closes the connections to the image service.
    """

    async def plan_record(record: SQSRecord, deadline: datetime) -> None:
        logger.append_keys(story_id=None, correlation_id=None)  # the records of a batch share nothing
        received = await read_story_record(record, services.image_store, bucket=bucket)
        logger.append_keys(story_id=received.story_id, correlation_id=received.arrival.correlation_id)
        try:
            story = received.story()
            logger.append_keys(story_id=story.story_id)
            run = await plan_story(story, received.arrival, services, settings, deadline=deadline)
        except InputRefusedError as error:
            error.story_id = error.story_id or received.named_id()
            error.raw = received.raw.decode("utf-8", "surrogateescape")
            raise
        logger.info("story planned", extra={"revision": run.revision, "pictures_total": run.pictures_total})

    async def quarantine_record(record: SQSRecord, _deadline: datetime) -> None:
        received = await read_story_record(record, services.image_store, bucket=bucket)
        error = quarantined_input(what="the story")
        error.story_id = received.named_id()
        error.raw = received.raw.decode("utf-8", "surrogateescape")
        raise error

    handler = RecordHandler(plan_record, quarantine_record, refusal_event=story_rejected, origin_of=origin_of)
    return QueueFunction(handler, services, logger=logging.getLogger(logger.name), close=close)
