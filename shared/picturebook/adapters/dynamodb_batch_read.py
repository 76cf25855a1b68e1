"""Reads several items of several DynamoDB tables in one request, consistently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.resending import send_until_taken
from picturebook.ports.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from picturebook.adapters.dynamodb_attributes import Typed


async def read_batch(
    client: DynamoDBClient, keys: Mapping[str, Sequence[Typed]], *, call: AwsCaller, clock: Clock
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the existing items by table name; `keys` are at most 100 different keys by table name.

    Keys that DynamoDB leaves unprocessed are requested again; raises StoreUnavailableError after the last try.
    """
    found: dict[str, list[Mapping[str, Any]]] = {table: [] for table in keys}

    async def read(request: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = await call(client.batch_get_item, RequestItems=request)
        for table, items in answer["Responses"].items():
            found[table].extend(items)
        return answer.get("UnprocessedKeys", {})

    request: Mapping[str, Any] = {
        table: {"Keys": list(wanted), "ConsistentRead": True} for table, wanted in keys.items()
    }
    await send_until_taken(request, read, clock=clock, what="reads of DynamoDB tables")
    return found
