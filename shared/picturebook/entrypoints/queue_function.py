"""Handles the records of a queue's batch; each record succeeds or fails by itself.

handled                        deleted
refused                        kept in the queue of refused input, announced, deleted
to be retried later            redelivered at a given time: reported as a failed item, which is no error
failed otherwise               redelivered after its visibility timeout, and finally dead-lettered
ended its process repeatedly   quarantined: the work it requests ends, and it is kept as refused input
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from picturebook.entrypoints.input_refusal import refuse_input
from picturebook.errors import InputRefusedError, RetryLater
from picturebook.events import Event
from picturebook.ports.message_visibility import ReceivedMessage
from picturebook.recovery.poison_message_detector import QUARANTINED, Suspicion, quarantined_input, watch_attempt
from picturebook.services import Services

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

Handle = Callable[["SQSRecord", datetime], Awaitable[None]]
NOTHING_FAILED: Mapping[str, Any] = {"batchItemFailures": []}


@dataclass(frozen=True, slots=True)
class RecordHandler:
    """The callbacks of one function.

    `handle` gets each record and the time when the invocation ends. `quarantine` is called instead when the record has
    ended too many processes: it ends the requested work, doing as little as possible, or raises InputRefusedError.
    `refusal_event` makes the event of a refused record; `origin_of` returns where a record came from.
    """

    handle: Handle
    quarantine: Handle
    refusal_event: Callable[..., Event]
    origin_of: Callable[[SQSRecord], str]


class QueueFunction:
    """Handles each record of a batch, on one event loop for the life of the process.

    The connections to the image service belong to that loop and outlive an invocation. A program with its own event
    loop calls `handle_record`, never `handle`.
    """

    def __init__(
        self,
        handler: RecordHandler,
        services: Services,
        *,
        logger: logging.Logger,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._handler = handler
        self._services = services
        self._logger = logger
        self._close = close
        self._own_runner: asyncio.Runner | None = None
        self._processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
        """Handle each record; return the partial batch response. An event without records warms the process up."""
        if not event.get("Records"):
            return NOTHING_FAILED
        deadline = self._services.clock.now() + timedelta(milliseconds=context.get_remaining_time_in_millis())

        # Powertools passes the record by this name.
        def handle_one(record: SQSRecord) -> None:
            self._runner().run(self.handle_record(record, deadline=deadline))

        response: Mapping[str, Any] = process_partial_response(dict(event), handle_one, self._processor, context)
        return response

    async def handle_record(self, record: SQSRecord, *, deadline: datetime) -> None:
        """Handle one record by `deadline`, when the invocation ends; returns when the record may be deleted.

        Raises RetryLater for a record whose visibility was changed, and the error of one that failed, which is logged.
        """
        try:
            await self._handle_watched(record, deadline)
        except RetryLater:
            raise
        except Exception:
            # Powertools reports the record as failed without the reason.
            self._logger.exception("a record failed")
            raise

    async def _handle_watched(self, record: SQSRecord, deadline: datetime) -> None:
        # The detector comes before parsing, because parsing may be what ends the process.
        markers, receive = self._services.attempt_markers, _received(record).receive_count
        async with watch_attempt(markers, record.message_id, receive=receive) as suspicion:
            try:
                await self._handle_or_quarantine(record, deadline, suspicion)
            except InputRefusedError as error:
                await self._refuse(record, error, suspicion)
            except RetryLater as retry:
                if not await self._retry_later(record, retry):
                    raise

    async def _handle_or_quarantine(self, record: SQSRecord, deadline: datetime, suspicion: Suspicion) -> None:
        if suspicion is Suspicion.NONE:
            await self._handler.handle(record, deadline)
            return
        about = {"message_id": record.message_id, "receives": _received(record).receive_count}
        self._logger.error("quarantined", extra=about)
        if suspicion is Suspicion.DO_NOT_OPEN:
            raise quarantined_input(what="the message")
        await self._handler.quarantine(record, deadline)
        origin = self._handler.origin_of(record)
        await self._services.refused_inputs.keep(record.body, reason=QUARANTINED, origin=origin)

    async def _refuse(self, record: SQSRecord, error: InputRefusedError, suspicion: Suspicion) -> None:
        error.log_to(self._logger)
        origin_of = message_origin if suspicion is Suspicion.DO_NOT_OPEN else self._handler.origin_of
        await refuse_input(
            error,
            record.body if error.raw is None else error.raw,
            origin=origin_of(record),
            refusal_event=self._handler.refusal_event,
            services=self._services,
        )

    async def _retry_later(self, record: SQSRecord, retry: RetryLater) -> bool:
        """Return whether a fresh message took the record's place, so that the record may be deleted."""
        self._logger.info("to be retried later", extra={"seconds": retry.seconds, "reason": retry.reason})
        return await self._services.message_visibility.retry_later(_received(record), seconds=retry.seconds)

    def _runner(self) -> asyncio.Runner:
        if self._own_runner is None:
            self._own_runner = asyncio.Runner()
        return self._own_runner

    def close(self) -> None:
        """Close the function's connections, then its event loop. For tests; Lambda just ends the process."""
        if self._close:
            self._runner().run(_awaited(self._close))
        if self._own_runner:
            self._own_runner.close()


async def _awaited(close: Callable[[], Awaitable[None]]) -> None:
    await close()


def message_origin(record: SQSRecord) -> str:
    """Return the origin of a record that is not an upload: its message."""
    return f"sqs:{record.message_id}"


def _received(record: SQSRecord) -> ReceivedMessage:
    return ReceivedMessage(
        record.message_id,
        record.receipt_handle,
        record.event_source_arn,
        record.body,
        int(record.attributes.approximate_receive_count),
    )
