"""The routes on which the fleet recently took permits, read from their rate limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.dynamodb_attributes import to_typed
from picturebook.adapters.rate_limit_items import PREFIX, rate_from_item
from picturebook.adapters.thread_executor import THREADS
from picturebook.ports.clock import Clock
from picturebook.ports.executor import Executor
from picturebook.ports.route_register import AT_WORK_FOR
from picturebook.rate_limiting.rate_limit import MINUTE, microseconds

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbRouteRegister:
    """A RouteRegister that scans the rate limits in the circuits' table, which holds few items."""

    def __init__(self, client: DynamoDBClient, table: str, *, clock: Clock, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._table = table
        self._clock = clock

    async def routes_at_work(self) -> frozenset[str]:
        """Return every route on which a permit was taken within AT_WORK_FOR."""
        since = microseconds(self._clock.now() - AT_WORK_FOR) // MINUTE
        items = await self._call(self._scan)
        return frozenset(item["id"]["S"].removeprefix(PREFIX) for item in items if _latest_minute(item) >= since)

    def _scan(self) -> list[Mapping[str, Any]]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="begins_with(#id, :prefix)",
            ExpressionAttributeNames={"#id": "id"},
            ExpressionAttributeValues=to_typed({":prefix": PREFIX}),
        )
        return [item for page in pages for item in page["Items"]]


def _latest_minute(item: Mapping[str, Any]) -> int:
    return max(rate_from_item(item).minutes, default=0)
