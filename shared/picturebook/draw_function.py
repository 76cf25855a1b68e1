"""What both functions that draw are made of: a message of one kind, drawn in the studio."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from picturebook.announcements import request_refused
from picturebook.bootstrap.drawing import DrawingOffice
from picturebook.errors import InputRefusedError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.parsing import parse_json
from picturebook.queue_function import Duty, QueueFunction, message_origin
from picturebook.use_cases.draw_picture import draw_picture
from picturebook.use_cases.quarantine_picture import quarantine_picture

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def make_draw_function(message_type: type[AnyDrawMessage], drawing: DrawingOffice, logger: Logger) -> QueueFunction:
    """Wire a function that draws messages of one type."""

    def read(record: SQSRecord) -> AnyDrawMessage:
        raw = record.body.encode("utf-8", "surrogatepass")
        message: AnyDrawMessage = parse_json(message_type, raw, what="the message")
        logger.append_keys(owner=message.picture.owner, picture_id=message.picture.picture_id)
        return message

    async def draw_record(record: SQSRecord, deadline: datetime) -> None:
        message = read(record)
        try:
            await draw_picture(message, drawing.studio, deadline=deadline)
        except InputRefusedError as error:
            error.about = {"picture_id": message.picture.picture_id, "kind": message.kind.value}
            if message.request_id:
                error.about |= {"request_id": message.request_id}
            raise

    async def quarantine_record(record: SQSRecord, _deadline: datetime) -> None:
        await quarantine_picture(read(record), drawing.studio)

    return QueueFunction(
        Duty(draw_record, quarantine_record, announcement=request_refused, origin_of=message_origin),
        drawing.office.queue_desk,
        logger=logging.getLogger(logger.name),
        close=drawing.close,
    )
