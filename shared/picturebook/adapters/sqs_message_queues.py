"""The image queues on SQS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.batching import batches
from picturebook.adapters.resending import send_until_taken
from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import ImageValidationError, StoreUnavailableError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureKind
from picturebook.ports.clock import Clock
from picturebook.ports.executor import Executor

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

# API reference of SendMessageBatch: 10 messages, 1 MiB for each and for all together (since August 2025).
MOST_ENTRIES = 10
MOST_BYTES = 1024 * 1024


class SqsDrawQueue:
    """A DrawQueue that sends characters to one queue and pages to another."""

    def __init__(
        self, client: SQSClient, *, character_url: str, page_url: str, clock: Clock, executor: Executor = THREADS
    ) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._urls: Mapping[PictureKind, str] = {PictureKind.CHARACTER: character_url, PictureKind.PAGE: page_url}
        self._clock = clock

    async def send(self, messages: Sequence[AnyDrawMessage]) -> None:
        """Queue every message; raises ImageValidationError, before sending any, for one that is too large for SQS."""
        bodies = {
            kind: [_body(message) for message in messages if message.kind == kind]
            for kind in (PictureKind.CHARACTER, PictureKind.PAGE)
        }
        for kind, of_kind in bodies.items():
            await self._send_all(self._urls[kind], of_kind)

    async def _send_all(self, url: str, bodies: Sequence[str]) -> None:
        async def send(entries: list[SendMessageBatchRequestEntryTypeDef]) -> list[SendMessageBatchRequestEntryTypeDef]:
            return await self._send_batch(url, entries)

        for batch in batches(bodies, _size, most_entries=MOST_ENTRIES, most_bytes=MOST_BYTES):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(index), "MessageBody": body} for index, body in enumerate(batch)
            ]
            await send_until_taken(entries, send, clock=self._clock, what="messages")

    async def _send_batch(
        self, url: str, entries: list[SendMessageBatchRequestEntryTypeDef]
    ) -> list[SendMessageBatchRequestEntryTypeDef]:
        """Send the entries and return those to send again."""
        answer = await self._call(self._client.send_message_batch, QueueUrl=url, Entries=entries)
        failed = answer.get("Failed", [])
        for failure in failed:
            if failure["SenderFault"]:
                raise StoreUnavailableError(f"The queue refused a message: {failure['Code']}")
        ids = {failure["Id"] for failure in failed}
        return [entry for entry in entries if entry["Id"] in ids]


def _body(message: AnyDrawMessage) -> str:
    body = message.model_dump_json(exclude_none=True)
    if _size(body) > MOST_BYTES:
        raise ImageValidationError(
            f"The message of {message.picture.picture_id} would have {_size(body)} bytes, more than SQS accepts "
            f"({MOST_BYTES}). Shorten the descriptions of its characters.",
            validation_type="message_size",
            issue=message.picture.picture_id,
        )
    return body


def _size(body: str) -> int:
    return len(body.encode())
