"""One DynamoDB table with string keys `pk` and `sk`: conditional writes, reads and lists.

When a condition fails, DynamoDB returns the stored item, so that no further read is needed. If it returns none, the
item is read: it does not exist, or the database does not send it (older DynamoDB Local).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from picturebook.adapters.aws_errors import AwsCaller, AwsRefusedError
from picturebook.adapters.dynamodb_attributes import Typed, attribute_names, to_typed
from picturebook.adapters.thread_executor import THREADS
from picturebook.ports.executor import Executor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class TableKey(Protocol):
    """The key of an item, in the ledger's table or another one."""

    def typed(self) -> Typed:
        """Return the key in DynamoDB's form."""
        ...


@dataclass(frozen=True, slots=True)
class ItemKey:
    """A partition key and a sort key."""

    pk: str
    sk: str

    def typed(self) -> Typed:
        """Return the key in DynamoDB's form."""
        return to_typed({"pk": self.pk, "sk": self.sk})


@dataclass(frozen=True, slots=True)
class Written:
    """The result of a conditional write: the stored `item` or None, and whether this call wrote it."""

    item: Mapping[str, Any] | None
    was_written: bool


class DynamoDbTable:
    """The table; every method raises StoreUnavailableError."""

    def __init__(self, client: DynamoDBClient, name: str, *, executor: Executor = THREADS) -> None:
        self.call = AwsCaller(executor)
        self.client = client
        self.name = name

    async def put_new(self, key: ItemKey, attributes: Typed) -> Written:
        """Write an item, unless its key is taken."""
        item = {**key.typed(), **attributes}
        try:
            await self.call(
                self.client.put_item,
                TableName=self.name,
                Item=item,
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except AwsRefusedError as refused:
            return await self._stored_item(key, refused)
        return Written(item, was_written=True)

    async def update(self, key: TableKey, expression: str, *, condition: str, values: Mapping[str, object]) -> Written:
        """Change or create an item, if `condition` holds.

        Both expressions write attributes as `#name` and values as `:name`. `values` are Python values by name, without
        the colon.
        """
        typed = to_typed({f":{name}": value for name, value in values.items()})
        # DynamoDB refuses an empty mapping.
        value_arguments: Any = {"ExpressionAttributeValues": typed} if typed else {}
        try:
            answer = await self.call(
                self.client.update_item,
                TableName=self.name,
                Key=key.typed(),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=attribute_names(expression, condition),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **value_arguments,
            )
        except AwsRefusedError as refused:
            return await self._stored_item(key, refused)
        return Written(answer["Attributes"], was_written=True)

    async def get(self, key: TableKey) -> Mapping[str, Any] | None:
        """Return the item by a consistent read, or None."""
        answer = await self.call(self.client.get_item, TableName=self.name, Key=key.typed(), ConsistentRead=True)
        return answer.get("Item")

    async def list_items(self, pk: str, sk_prefix: str) -> list[Mapping[str, Any]]:
        """Return all items of a partition whose sort keys begin with `sk_prefix`, ordered by sort key."""
        return await self.call(self._list_items, pk, sk_prefix)

    def _list_items(self, pk: str, sk_prefix: str) -> list[Mapping[str, Any]]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=to_typed({":pk": pk, ":prefix": sk_prefix}),
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]

    async def list_index(self, index: str, partition: str) -> list[ItemKey]:
        """Return the keys of all items in a partition of an index. The index's partition key has the index's name."""
        return await self.call(self._list_index, index, partition)

    def _list_index(self, index: str, partition: str) -> list[ItemKey]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            IndexName=index,
            KeyConditionExpression="#key = :partition",
            ExpressionAttributeNames={"#key": index},
            ExpressionAttributeValues=to_typed({":partition": partition}),
        )
        return [ItemKey(item["pk"]["S"], item["sk"]["S"]) for page in pages for item in page["Items"]]

    async def _stored_item(self, key: TableKey, refused: AwsRefusedError) -> Written:
        if refused.code != "ConditionalCheckFailedException":
            raise refused
        item = refused.item if refused.item is not None else await self.get(key)
        return Written(item, was_written=False)
