"""Events onto an EventBridge bus."""

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

# API reference of PutEvents: 10 entries; "less than 1MB" for all together, which was 256 KB until 2025. We stay under
# the older number: emulators and other partitions may still hold it, and a batch of ours has 2 or 3 kB.
MOST_ENTRIES = 10
MOST_BYTES = 256 * 1024 - 1
# The same reference: only these two are worth another try, the others say that the entry or our role is wrong.
WORTH_RETRYING = frozenset({"InternalFailure", "ThrottlingException"})


class EventBridgeEventPublisher:
    """An EventPublisher onto one bus."""

    def __init__(self, client: EventBridgeClient, bus: str, *, clock: Clock, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._bus = bus
        self._clock = clock

    async def publish(self, events: Sequence[Event]) -> None:
        """Publish all events, each until the bus has taken it; failed entries alone are sent again."""
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
        """Send the entries and return those that are to be sent again."""
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
    """Return the bytes that EventBridge counts: 14 for the time, and the texts (its user guide, "entry size")."""
    return 14 + sum(len(text.encode()) for text in (entry["Source"], entry["DetailType"], entry["Detail"]))
