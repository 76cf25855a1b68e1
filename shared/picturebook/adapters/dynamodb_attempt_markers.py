"""Attempt markers in the ledger's table: `MESSAGE#<message_id>` / `STARTS`, a set of receive numbers.

It is a set so that a write that boto3 repeats after a lost answer does not count as another attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.dynamodb_attributes import attribute_names, to_plain, to_typed
from picturebook.adapters.dynamodb_table import DynamoDbTable, ItemKey
from picturebook.adapters.ledger_items import expiry
from picturebook.adapters.thread_executor import THREADS
from picturebook.ports.clock import Clock
from picturebook.ports.executor import Executor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MARK = "SET #expires_at = :expires_at ADD #starts :start"


class DynamoDbAttemptMarkers:
    """AttemptMarkers in the ledger's table."""

    def __init__(self, client: DynamoDBClient, table: str, *, clock: Clock, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._table = DynamoDbTable(client, table, executor=executor)
        self._clock = clock

    async def mark(self, message_id: str, *, receive: int) -> int:
        """Add the attempt to the message's set; return the set's size."""
        answer = await self._call(
            self._client.update_item,
            TableName=self._table.name,
            Key=_key(message_id).typed(),
            UpdateExpression=_MARK,
            ExpressionAttributeNames=attribute_names(_MARK),
            ExpressionAttributeValues=to_typed(
                {":start": frozenset({receive}), ":expires_at": expiry(self._clock.now())}
            ),
            ReturnValues="ALL_NEW",
        )
        return len(to_plain(answer["Attributes"])["starts"])

    async def unmark(self, message_id: str, *, receive: int) -> None:
        """Remove the attempt from the set; makes no item for a message without one."""
        await self._table.update(
            _key(message_id),
            "DELETE #starts :start",
            condition="attribute_exists(#starts)",
            values={"start": frozenset({receive})},
        )


def _key(message_id: str) -> ItemKey:
    return ItemKey(f"MESSAGE#{message_id}", "STARTS")
