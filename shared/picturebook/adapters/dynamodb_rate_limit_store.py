"""Rates in DynamoDB, beside the circuits: a permit is one conditional write (see rate_limit_items for the table).

Which condition holds is guessed from the last permit; a wrong guess is answered with the item as it stands, and the
right one is tried next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from picturebook.adapters.dynamodb_table import DynamoDbTable, Written
from picturebook.adapters.rate_limit_items import (
    ConditionalUpdate,
    Queueing,
    RateLimitKey,
    first_place,
    new_rate,
    permit,
    place_behind_others,
    queueing,
    rate_from_item,
)
from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import StoreUnavailableError
from picturebook.ports.executor import Executor
from picturebook.rate_limiting.rate_limit import ABSURD, LONGEST_QUEUE, PermitWanted, RateLimit, queue_start, queue_step

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# In each round another permit has made the guess wrong.
_MOST_ROUNDS = 5


class DynamoDbRateLimitStore:
    """A RateLimitStore over the circuits' table."""

    def __init__(self, client: DynamoDBClient, table: str, *, executor: Executor = THREADS) -> None:
        self._table = DynamoDbTable(client, table, executor=executor)
        self._lately: dict[str, Queueing] = {}

    async def read(self, route: str) -> RateLimit:
        """Return the rate as the last write left it."""
        return rate_from_item(await self._table.get(RateLimitKey(route)) or {})

    async def take(self, route: str, wanted: PermitWanted, *, seen: RateLimit) -> tuple[RateLimit, int | None]:
        """Acquire the next permit. A write that is repeated after a lost answer takes two: one stays unused."""
        case = self._lately.get(route, Queueing.IDLE if seen.interval else Queueing.FREE)
        for _ in range(_MOST_ROUNDS):
            written = await self._write(route, permit(case, wanted, seen))
            seen = rate_from_item(written.item or {})
            if written.was_written:
                self._lately[route] = case
                due = seen.next_at - seen.interval if case is Queueing.BUSY else wanted.now
                return seen, max(wanted.now, due)
            case = queueing(seen, wanted)
            if case is Queueing.LATE:
                self._lately[route] = Queueing.BUSY
                return seen, None
        raise StoreUnavailableError(f"The rate of {route} kept changing while a permit was to be taken")

    async def queue_up(self, route: str, now: int, *, seen: RateLimit) -> int | None:
        """Take a place in the queue."""
        start, step = queue_start(seen), queue_step(seen)
        for _ in range(_MOST_ROUNDS):
            if max(start, seen.queue_at) > now + LONGEST_QUEUE and seen.queue_at <= now + ABSURD:
                return None
            is_behind = start < seen.queue_at <= now + ABSURD
            change = (
                place_behind_others(step, start=start, full=now + LONGEST_QUEUE)
                if is_behind
                else first_place(step, start=start, absurd=now + ABSURD)
            )
            written = await self._write(route, change)
            seen = rate_from_item(written.item or {})
            if written.was_written:
                return seen.queue_at - step
        raise StoreUnavailableError(f"The queue of {route} kept changing while a place in it was to be taken")

    async def change(self, route: str, before: RateLimit, after: RateLimit) -> tuple[RateLimit, bool]:
        """ConditionalUpdate the rate, if nobody else did."""
        written = await self._write(route, new_rate(before, after))
        return rate_from_item(written.item or {}), written.was_written

    async def _write(self, route: str, change: ConditionalUpdate) -> Written:
        return await self._table.update(
            RateLimitKey(route), change.expression, condition=change.condition, values=change.values
        )
