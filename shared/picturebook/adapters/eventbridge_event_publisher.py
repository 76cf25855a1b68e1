"""Publishes events to an EventBridge bus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.batching import batches
from picturebook.adapters.resending import send_until_taken
from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import StoreUnavailableError
from picturebook.events import SOURCE, Event
from picturebook.ports.clock import Clock
from picturebook.ports.executor import Executor

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

# API reference of PutEvents: 10 entries; "less than 1MB" for all together, which was 256 KB until 2025. We stay below
# the older limit: emulators and other partitions may still enforce it, and our batches have 2 or 3 kB.
MOST_ENTRIES = 10
MOST_BYTES = 256 * 1024 - 1
# The same reference: only these two are worth a retry; the others mean that the entry or our role is wrong.
WORTH_RETRYING = frozenset({"InternalFailure", "ThrottlingException"})


class EventBridgeEventPublisher:
    """An EventPublisher for one bus."""

    def __init__(self, client: EventBridgeClient, bus: str, *, clock: Clock, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._bus = bus
        self._clock = clock

    async def publish(self, events: Sequence[Event]) -> None:
        """Publish all events; only failed entries are sent again."""
        entries = [self._entry(event) for event in events]
        for batch in batches(entries, _size, most_entries=MOST_ENTRIES, most_bytes=MOST_BYTES):
            await send_until_taken(batch, self._put, clock=self._clock, what="events")

    def _entry(self, event: Event) -> PutEventsRequestEntryTypeDef:
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.detail_type,
            "Time": event.metadata.occurred_at,
            "Detail": event.model_dump_json(include={"metadata", "data"}),
        }

    async def _put(self, entries: list[PutEventsRequestEntryTypeDef]) -> list[PutEventsRequestEntryTypeDef]:
        """Send the entries and return those to send again."""
        answer = await self._call(self._client.put_events, Entries=entries)
        if not answer["FailedEntryCount"]:
            return []
        failed = [
            (entry, result["ErrorCode"])
            for entry, result in zip(entries, answer["Entries"], strict=True)
            if "ErrorCode" in result
        ]
        for entry, code in failed:
            if code not in WORTH_RETRYING:
                raise StoreUnavailableError(f"The bus refused a {entry['DetailType']}: {code}")
        return [entry for entry, _ in failed]


def _size(entry: PutEventsRequestEntryTypeDef) -> int:
    """Return an entry's size in bytes as EventBridge counts it: 14 for the time, and the texts (user guide)."""
    return 14 + sum(len(text.encode()) for text in (entry["Source"], entry["DetailType"], entry["Detail"]))
