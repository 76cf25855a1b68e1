"""What every function on a queue does with its records: each one has an end of its own.

A record that was dealt with is deleted; one that is refused is kept elsewhere, announced and deleted;
one that is to come back gets its time and is reported as failed, which is no error; everything else
fails, comes back after its visibility timeout, and at last reaches the dead-letter queue. One that kills the
process that handles it is quarantined: what it asks for ends, and the record is kept as refused input.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from picturebook.adapters.sqs_put_back import put_back, receives
from picturebook.bootstrap.planning import QueueDesk
from picturebook.errors import InputRefusedError
from picturebook.models.events import Event
from picturebook.use_cases.put_back import PutBack
from picturebook.use_cases.refuse_input import refuse_input
from picturebook.use_cases.watch_starts import QUARANTINED, Suspicion, quarantined_input, watched_start

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

Deed = Callable[["SQSRecord", datetime], Awaitable[None]]
NOTHING_FAILED: Mapping[str, Any] = {"batchItemFailures": []}


@dataclass(frozen=True, slots=True)
class Duty:
    """What sets one function apart.

    `deed` is done to each record. `quarantine` stands in its place when the deed has killed too many processes: it
    ends what the record asks for, doing as little as it can, or raises InputRefusedError that says whose it was.
    `announcement` tells of a refusal, `origin_of` where a record came from.
    """

    deed: Deed
    quarantine: Deed
    announcement: Callable[..., Event]
    origin_of: Callable[[SQSRecord], str]


class QueueFunction:
    """One function's duty, done to each record of a batch, on one event loop for the life of the process.

    One loop, because the image service's connections belong to it and outlive an invocation.
    """

    def __init__(
        self,
        duty: Duty,
        desk: QueueDesk,
        *,
        logger: logging.Logger,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._duty = duty
        self._desk = desk
        self._logger = logger
        self._close = close
        self._runner = asyncio.Runner()
        self._processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
        """Do the deed to each record; return the partial batch response. An event without records warms us up."""
        if not event.get("Records"):
            return NOTHING_FAILED
        deadline = self._desk.refusals.clock.now() + timedelta(milliseconds=context.get_remaining_time_in_millis())

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
        # Before anything is looked into: looking may be what kills.
        async with watched_start(self._desk.marks, record.message_id, receive=receives(record)) as suspicion:
            try:
                await self._do(record, deadline, suspicion)
            except InputRefusedError as error:
                await self._refuse(record, error, suspicion)
            except PutBack as wanted:
                if not await self._put_back(record, wanted):
                    raise

    async def _do(self, record: SQSRecord, deadline: datetime, suspicion: Suspicion) -> None:
        if suspicion is Suspicion.NONE:
            await self._duty.deed(record, deadline)
            return
        self._logger.error("quarantined", extra={"message_id": record.message_id, "receives": receives(record)})
        if suspicion is Suspicion.DO_NOT_OPEN:
            raise quarantined_input(what="the message")
        await self._duty.quarantine(record, deadline)
        await self._desk.refusals.kept.keep(record.body, reason=QUARANTINED, origin=self._duty.origin_of(record))

    async def _refuse(self, record: SQSRecord, error: InputRefusedError, suspicion: Suspicion) -> None:
        error.log_to(self._logger)
        origin_of = message_origin if suspicion is Suspicion.DO_NOT_OPEN else self._duty.origin_of
        await refuse_input(
            error,
            record.body if error.raw is None else error.raw,
            origin=origin_of(record),
            announcement=self._duty.announcement,
            desk=self._desk.refusals,
        )

    async def _put_back(self, record: SQSRecord, wanted: PutBack) -> bool:
        """Say whether a fresh message took the record's place, so that the record has come to its end."""
        self._logger.info("put back", extra={"seconds": wanted.seconds, "reason": wanted.reason})
        fresh_after = self._desk.fresh_after_receives
        return await put_back(self._desk.sqs, record, seconds=wanted.seconds, fresh_after=fresh_after)

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
