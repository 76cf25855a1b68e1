from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_attributes import to_typed
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_route_register import DynamoDbRouteRegister
from picturebook.adapters.in_memory.route_register import InMemoryRouteRegister
from picturebook.circuit_breaker import state
from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit
from picturebook.ports.route_register import RouteRegister
from tests.contracts.test_story_ledger import create_tables
from tests.fakes.clock import START


@dataclass(frozen=True)
class Known:
    """A register, and how a route comes into it."""

    register: RouteRegister
    trip: Callable[[str], Awaitable[None]]


@pytest.fixture(params=["dynamodb", "in_memory"])
def known(request: pytest.FixtureRequest) -> Known:
    if request.param == "in_memory":
        register = InMemoryRouteRegister()

        async def add(route: str) -> None:
            register.routes.add(route)

        return Known(register, add)
    aws: AwsClients = request.getfixturevalue("aws")
    create_tables(aws)
    circuits = DynamoDbCircuitStore(aws.dynamodb, "circuits")

    async def trip(route: str) -> None:
        opened = state.trip(Circuit(route), now=START, version="v1", seconds=30, reason="503", failures=5)
        await circuits.replace(Circuit(route), opened)

    return Known(DynamoDbRouteRegister(aws.dynamodb, "circuits"), trip)


async def test_where_nothing_ever_happened_no_route_is_known(known: Known) -> None:
    assert await known.register.routes_at_work() == frozenset()


async def test_every_route_whose_circuit_moved_is_known(known: Known) -> None:
    await known.trip("api.example/gpt-image-2")
    await known.trip("api.example/gpt-image-2.6-flare")
    assert await known.register.routes_at_work() == {"api.example/gpt-image-2", "api.example/gpt-image-2.6-flare"}


async def test_what_else_is_in_the_table_is_no_route(aws: AwsClients) -> None:
    create_tables(aws)
    for item in ({"id": "pace#api.example/m", "next_at": 7}, {"id": "override#api.example/m", "until": "2026"}):
        aws.dynamodb.put_item(TableName="circuits", Item=to_typed(item))
    assert await DynamoDbRouteRegister(aws.dynamodb, "circuits").routes_at_work() == frozenset()


async def test_a_table_that_is_missing_is_an_unavailable_store(aws: AwsClients) -> None:
    with pytest.raises(StoreUnavailableError):
        await DynamoDbRouteRegister(aws.dynamodb, "nowhere").routes_at_work()
