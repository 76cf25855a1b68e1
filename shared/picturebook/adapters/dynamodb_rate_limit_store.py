"""Rate limits in DynamoDB, in the circuits' table: a permit is one conditional write (see rate_limit_items).

The store guesses from its last permit which condition holds. After a wrong guess DynamoDB returns the item, and the
store writes again under the right condition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from picturebook.adapters.dynamodb_table import DynamoDbTable, Written
from picturebook.adapters.rate_limit_items import (
    ConditionalUpdate,
    PermitCase,
    RateLimitKey,
    first_place,
    new_rate,
    permit_case,
    permit_update,
    place_behind_others,
    rate_from_item,
)
from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import StoreUnavailableError
from picturebook.ports.executor import Executor
from picturebook.rate_limiting.rate_limit import (
    ABSURD,
    LONGEST_QUEUE,
    PermitRequest,
    RateLimit,
    queue_start,
    queue_step,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Each further round means that another permit made the guess wrong.
_MOST_ROUNDS = 5


class DynamoDbRateLimitStore:
    """A RateLimitStore over the circuits' table."""

    def __init__(self, client: DynamoDBClient, table: str, *, executor: Executor = THREADS) -> None:
        self._table = DynamoDbTable(client, table, executor=executor)
        self._last_cases: dict[str, PermitCase] = {}

    async def read(self, route: str) -> RateLimit:
        """Return the rate limit by a consistent read."""
        return rate_from_item(await self._table.get(RateLimitKey(route)) or {})

    async def take_permit(self, route: str, request: PermitRequest, *, seen: RateLimit) -> tuple[RateLimit, int | None]:
        """Take the next permit. A write that boto3 repeats because its answer was lost takes two: one stays unused."""
        case = self._last_cases.get(route, PermitCase.IDLE if seen.interval else PermitCase.FREE)
        for _ in range(_MOST_ROUNDS):
            written = await self._write(route, permit_update(case, request, seen))
            seen = rate_from_item(written.item or {})
            if written.was_written:
                self._last_cases[route] = case
                due = seen.next_at - seen.interval if case is PermitCase.BUSY else request.now
                return seen, max(request.now, due)
            case = permit_case(seen, request)
            if case is PermitCase.LATE:
                self._last_cases[route] = PermitCase.BUSY
                return seen, None
        raise StoreUnavailableError(f"The rate limit of {route} kept changing while a permit was being taken")

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
        raise StoreUnavailableError(f"The queue of {route} kept changing while a place in it was being taken")

    async def change(self, route: str, before: RateLimit, after: RateLimit) -> tuple[RateLimit, bool]:
        """Change the rate limit, if its version is unchanged."""
        written = await self._write(route, new_rate(before, after))
        return rate_from_item(written.item or {}), written.was_written

    async def _write(self, route: str, change: ConditionalUpdate) -> Written:
        return await self._table.update(
            RateLimitKey(route), change.expression, condition=change.condition, values=change.values
        )
