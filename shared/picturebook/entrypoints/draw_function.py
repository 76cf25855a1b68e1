"""Builds draw_character and draw_page: a queue function that draws messages of one type."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from picturebook.bootstrap.function_wiring import wire_function
from picturebook.bootstrap.openai_service import open_image_service
from picturebook.entrypoints.queue_function import QueueFunction, RecordHandler, message_origin
from picturebook.errors import InputRefusedError
from picturebook.events import request_refused
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.parsing import parse_json
from picturebook.recovery.quarantine_picture import quarantine_picture
from picturebook.services import Services
from picturebook.settings import DrawingSettings, Settings
from picturebook.use_cases.draw_picture import draw_picture

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def open_draw_function(
    message_type: type[AnyDrawMessage], environment: Mapping[str, str], logger: Logger
) -> QueueFunction:
    """Return a queue function wired from its environment; raises as `wire_function` does."""
    wired = wire_function(Settings, environment, image_service=open_image_service)
    settings = wired.settings.drawing()
    return make_draw_function(message_type, wired.services, settings, logger=logger, close=wired.close)


def make_draw_function(
    message_type: type[AnyDrawMessage],
    services: Services,
    settings: DrawingSettings,
    *,
    logger: Logger,
    close: Callable[[], Awaitable[None]] | None = None,
) -> QueueFunction:
    """Return a queue function that draws messages of one type; `close` closes its connections to the image service."""

    def read(record: SQSRecord) -> AnyDrawMessage:
        raw = record.body.encode("utf-8", "surrogatepass")
        message: AnyDrawMessage = parse_json(message_type, raw, what="the message")
        logger.append_keys(owner=message.picture.owner, picture_id=message.picture.picture_id)
        return message

    async def draw_record(record: SQSRecord, deadline: datetime) -> None:
        message = read(record)
        try:
            await draw_picture(message, services, settings, deadline=deadline)
        except InputRefusedError as error:
            error.about = {"picture_id": message.picture.picture_id, "kind": message.kind.value}
            if message.request_id:
                error.about |= {"request_id": message.request_id}
            raise

    async def quarantine_record(record: SQSRecord, _deadline: datetime) -> None:
        await quarantine_picture(read(record), services)

    handler = RecordHandler(draw_record, quarantine_record, refusal_event=request_refused, origin_of=message_origin)
    return QueueFunction(handler, services, logger=logging.getLogger(logger.name), close=close)
