"""The routes that have an item in the circuits' table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import call_aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbRouteRegister:
    """A RouteRegister over the circuits' table, which holds a handful of items: it is scanned."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    async def routes_at_work(self) -> frozenset[str]:
        """Return every route whose circuit ever moved; only a circuit's item has a `state`."""
        return await call_aws(self._scan)

    def _scan(self) -> frozenset[str]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="attribute_exists(#state)",
            ProjectionExpression="#id",
            ExpressionAttributeNames={"#id": "id", "#state": "state"},
        )
        return frozenset(item["id"]["S"] for page in pages for item in page["Items"])
