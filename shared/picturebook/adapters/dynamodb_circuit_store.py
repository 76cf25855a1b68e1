"""Circuits in DynamoDB, changed only by conditional writes (see circuit_items for the table).

A transition replaces the whole item if its version is unchanged. The window of a closed circuit is in the same item:
the condition fails for an outcome of an earlier version, and a transition removes the window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from picturebook.adapters.aws_errors import AwsCaller, AwsRefusedError
from picturebook.adapters.circuit_items import (
    circuit_from_item,
    circuit_keys,
    circuits_from_items,
    is_still,
    item_from_circuit,
    item_from_override,
    override_from_item,
    override_key,
    window_from_item,
)
from picturebook.adapters.dynamodb_attributes import attribute_names, to_typed
from picturebook.adapters.thread_executor import THREADS
from picturebook.circuit_breaker.config import CircuitConfig
from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState
from picturebook.ports.executor import Executor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DEFAULTS = CircuitConfig()
# Each further round means that another instance started or ended a window.
_MOST_ROUNDS = 5

_IS_CLOSED = "(attribute_not_exists(#id) OR #state = :closed)"
_IS_RUNNING = "#window_started_at > :oldest AND #window_surplus < :healthy"
_IS_OVER = "(attribute_not_exists(#window_started_at) OR #window_started_at <= :oldest OR #window_surplus >= :healthy)"


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of the window: its expression, its condition (without the version's) and its values."""

    expression: str
    condition: str
    values: Mapping[str, object]


class DynamoDbCircuitStore:
    """A CircuitStore over the circuits' table."""

    def __init__(
        self, client: DynamoDBClient, table: str, config: CircuitConfig = _DEFAULTS, *, executor: Executor = THREADS
    ) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._table = table
        self._config = config

    async def read(self, route: str) -> Circuit:
        """Return the route's circuit and its override by one consistent read."""
        wanted: Any = {self._table: {"Keys": circuit_keys(route), "ConsistentRead": True}}
        answer: Any = await self._call(self._client.batch_get_item, RequestItems=wanted)
        items: list[Mapping[str, Any]] = list(answer["Responses"].get(self._table, []))
        # Without capacity DynamoDB may leave out items. The client itself repeats reads of single items.
        for key in answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", []):
            items += [item] if (item := await self._get(key)) else []
        return next(iter(circuits_from_items(items)), Circuit(route))

    async def replace(self, before: Circuit, after: Circuit) -> Circuit:
        """Replace `before` by `after`, if `before` is still stored; return the stored circuit."""
        condition, values = is_still(before)
        try:
            await self._call(
                self._client.put_item,
                TableName=self._table,
                Item=item_from_circuit(after),
                ConditionExpression=condition,
                ExpressionAttributeNames=attribute_names(condition),
                ExpressionAttributeValues=to_typed(values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except AwsRefusedError as refused:
            # A transition of ours whose answer was lost is recognized too: the item has our version.
            stored = _circuit(await self._stored_item(before.route, refused), before.route)
            return replace(stored, override=before.override)
        return after

    async def count_failure(self, update: WindowUpdate) -> Window | None:
        """Add one failure, and the successes of the same window; return None if the circuit has another version.

        A write that boto3 repeats after a lost answer counts twice: the circuit opens slightly earlier.
        """
        counts_successes = update.window_start is not None and update.successes > 0
        change = self._add_failure(update, update.successes) if counts_successes else self._add_failure(update, 0)
        for _ in range(_MOST_ROUNDS):
            window, item = await self._update(update, change)
            if window:
                return window
            if not _is_current(item, update):
                return None
            running = window_from_item(item)
            is_running = running is not None and running.is_running(self._config, update.at)
            change = self._add_failure(update, 0) if is_running else self._begin(update)
        raise StoreUnavailableError(f"The window of {update.route} kept changing while a failure was being counted")

    async def count_successes(self, update: WindowUpdate) -> Window | None:
        """Add successes to the window that they belong to."""
        window, _ = await self._update(update, self._add_successes(update))
        return window

    async def put_override(self, route: str, override: CircuitOverride) -> None:
        """Store an operator's override."""
        await self._call(self._client.put_item, TableName=self._table, Item=item_from_override(route, override))

    async def clear_override(self, route: str) -> CircuitOverride | None:
        """Delete and return the override. Needs the operator's role: the functions' roles may not delete."""
        key = override_key(route)
        answer = await self._call(self._client.delete_item, TableName=self._table, Key=key, ReturnValues="ALL_OLD")
        cleared = answer.get("Attributes")
        return override_from_item(cleared) if cleared else None

    async def list_circuits(self) -> Sequence[Circuit]:
        """Return every circuit, by route. Needs the operator's role: the functions' roles may not scan."""
        return circuits_from_items(await self._call(self._scan))

    def _scan(self) -> list[Mapping[str, Any]]:
        pages = self._client.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def _add_failure(self, update: WindowUpdate, successes: int) -> _Change:
        condition, values = self._is_running(update) if successes == 0 else self._is_known(update)
        return _Change(
            "ADD #window_failures :one, #window_successes :successes, #window_surplus :surplus,"
            " #window_instances :instance",
            condition,
            {
                **values,
                ":one": 1,
                ":successes": successes,
                ":surplus": successes - 1,
                ":instance": frozenset({update.instance_id}),
            },
        )

    def _add_successes(self, update: WindowUpdate) -> _Change:
        condition, values = self._is_known(update)
        expression = "ADD #window_successes :successes, #window_surplus :successes"
        return _Change(expression, condition, {**values, ":successes": update.successes})

    def _begin(self, update: WindowUpdate) -> _Change:
        _, values = self._is_running(update)
        return _Change(
            "SET #state = :closed, #window_started_at = :at, #window_failures = :one, #window_successes = :zero,"
            " #window_surplus = :minus_one, #window_instances = :instance",
            _IS_OVER,
            {
                **values,
                ":at": update.at,
                ":one": 1,
                ":zero": 0,
                ":minus_one": -1,
                ":instance": frozenset({update.instance_id}),
            },
        )

    def _is_running(self, update: WindowUpdate) -> tuple[str, dict[str, object]]:
        # Datetimes in UTC, as ISO 8601, sort like strings.
        oldest = update.at - timedelta(seconds=self._config.window_seconds)
        return _IS_RUNNING, {":oldest": oldest, ":healthy": self._config.healthy_surplus}

    def _is_known(self, update: WindowUpdate) -> tuple[str, dict[str, object]]:
        condition, values = self._is_running(update)
        return f"{condition} AND #window_started_at = :start", {**values, ":start": update.window_start}

    async def _update(self, update: WindowUpdate, change: _Change) -> tuple[Window | None, Mapping[str, Any]]:
        """Return the changed window, or None and the item for which the condition failed."""
        version = "#ver = :ver" if update.version else "attribute_not_exists(#ver)"
        condition = f"{version} AND {_IS_CLOSED} AND {change.condition}"
        values = {**change.values, ":closed": CircuitState.CLOSED, ":ver": update.version}
        try:
            answer = await self._call(
                self._client.update_item,
                TableName=self._table,
                Key=to_typed({"id": update.route}),
                UpdateExpression=change.expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=attribute_names(change.expression, condition),
                ExpressionAttributeValues=to_typed(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except AwsRefusedError as refused:
            return None, await self._stored_item(update.route, refused)
        return window_from_item(answer["Attributes"]), answer["Attributes"]

    async def _get(self, key: Any) -> Mapping[str, Any]:
        answer = await self._call(self._client.get_item, TableName=self._table, Key=key, ConsistentRead=True)
        return answer.get("Item", {})

    async def _stored_item(self, route: str, refused: AwsRefusedError) -> Mapping[str, Any]:
        if refused.code != "ConditionalCheckFailedException":
            raise refused
        return refused.item if refused.item is not None else await self._get(to_typed({"id": route}))


def _circuit(item: Mapping[str, Any], route: str) -> Circuit:
    return circuit_from_item(item) if item else Circuit(route)


def _is_current(item: Mapping[str, Any], update: WindowUpdate) -> bool:
    circuit = _circuit(item, update.route)
    return circuit.version == update.version and circuit.state is CircuitState.CLOSED
