"""What every function on a queue does with its records: each one has an end of its own.

A record that was dealt with is deleted; one that is refused is kept elsewhere, announced and deleted;
one that is to come back gets its time and is reported as failed, which is no error; everything else
fails, comes back after its visibility timeout, and at last reaches the dead-letter queue.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from picturebook.adapters.sqs_visibility import hide_message
from picturebook.errors import InputRefusedError
from picturebook.models.events import Event
from picturebook.use_cases.draw_picture import PutBack
from picturebook.use_cases.refuse_input import RefusalDesk, refuse_input

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_sqs import SQSClient

Deed = Callable[["SQSRecord", datetime], Awaitable[None]]
NOTHING_FAILED: Mapping[str, Any] = {"batchItemFailures": []}


class QueueFunction:
    """One function's deed, done to each record of a batch, on one event loop for the life of the process.

    One loop, because the image service's connections belong to it and outlive an invocation.
    """

    def __init__(
        self,
        deed: Deed,
        *,
        refusals: RefusalDesk,
        announcement: Callable[..., Event],
        origin_of: Callable[[SQSRecord], str],
        sqs: SQSClient,
        logger: logging.Logger,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._deed = deed
        self._refusals = refusals
        self._announcement = announcement
        self._origin_of = origin_of
        self._sqs = sqs
        self._logger = logger
        self._close = close
        self._runner = asyncio.Runner()
        self._processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
        """Do the deed to each record; return the partial batch response. An event without records warms us up."""
        if not event.get("Records"):
            return NOTHING_FAILED
        deadline = self._refusals.clock.now() + timedelta(milliseconds=context.get_remaining_time_in_millis())

        # Powertools hands the record over by this name.
        def handle_record(record: SQSRecord) -> None:
            try:
                self._runner.run(self._handle_record(record, deadline))
            except PutBack:
                raise
            except Exception:
                # Powertools reports the record as failed and says nothing of why.
                self._logger.exception("a record failed")
                raise

        response: Mapping[str, Any] = process_partial_response(dict(event), handle_record, self._processor, context)
        return response

    async def _handle_record(self, record: SQSRecord, deadline: datetime) -> None:
        try:
            await self._deed(record, deadline)
        except InputRefusedError as error:
            error.log_to(self._logger)
            await refuse_input(
                error,
                record.body if error.raw is None else error.raw,
                origin=self._origin_of(record),
                announcement=self._announcement,
                desk=self._refusals,
            )
        except PutBack as put_back:
            self._logger.info("put back", extra={"seconds": put_back.seconds, "reason": put_back.reason})
            await hide_message(self._sqs, record, seconds=put_back.seconds)
            raise

    def close(self) -> None:
        """Close what the deed holds open, then the event loop; for tests, as a function's process just ends."""
        if self._close:
            self._runner.run(_awaited(self._close))
        self._runner.close()


async def _awaited(close: Callable[[], Awaitable[None]]) -> None:
    await close()


def message_origin(record: SQSRecord) -> str:
    """Return where a record of an image queue came from: its message."""
    return f"sqs:{record.message_id}"
