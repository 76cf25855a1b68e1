from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_attributes import to_typed
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.adapters.dynamodb_route_register import DynamoDbRouteRegister
from picturebook.circuit_breaker import state
from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit
from picturebook.ports.route_register import AT_WORK_FOR, RouteRegister
from picturebook.rate_limiting.rate_limit import PermitRequest, RateLimit, microseconds
from tests.fakes.aws_tables import create_tables
from tests.fakes.clock import START, FakeClock
from tests.fakes.in_memory_route_register import InMemoryRouteRegister

ONE, OTHER = "api.example/gpt-image-2", "api.example/gpt-image-2.6-flare"


@dataclass(frozen=True)
class Known:
    """A register, and how a picture is asked for on a route."""

    register: RouteRegister
    ask: Callable[[str], Awaitable[object]]


@pytest.fixture(params=["dynamodb", "in_memory"])
def known(request: pytest.FixtureRequest, clock: FakeClock) -> Known:
    if request.param == "in_memory":
        register = InMemoryRouteRegister(clock)

        async def note(route: str) -> None:
            register.note(route)

        return Known(register, note)
    aws: AwsClients = request.getfixturevalue("aws")
    create_tables(aws.dynamodb)
    rates = DynamoDbRateLimitStore(aws.dynamodb, "circuits")

    async def take_permit(route: str) -> None:
        await rates.take_permit(route, PermitRequest("instance", microseconds(clock.now()), 0), seen=RateLimit())

    return Known(DynamoDbRouteRegister(aws.dynamodb, "circuits", clock=clock), take_permit)


async def test_without_requests_no_route_is_at_work(known: Known) -> None:
    assert await known.register.routes_at_work() == frozenset()


async def test_every_route_with_recent_requests_is_at_work(known: Known, clock: FakeClock) -> None:
    await known.ask(ONE)
    clock.advance(AT_WORK_FOR.total_seconds() - 60)
    await known.ask(OTHER)
    assert await known.register.routes_at_work() == {ONE, OTHER}


async def test_a_route_without_recent_requests_is_not_at_work(known: Known, clock: FakeClock) -> None:
    await known.ask(ONE)
    clock.advance(AT_WORK_FOR.total_seconds() + 60)
    assert await known.register.routes_at_work() == frozenset()
    await known.ask(ONE)
    assert await known.register.routes_at_work() == {ONE}


async def test_other_items_of_the_table_are_not_routes(aws: AwsClients, clock: FakeClock) -> None:
    create_tables(aws.dynamodb)
    opened = state.trip(Circuit(ONE), now=START, version="v1", seconds=30, reason="503", failures=5)
    await DynamoDbCircuitStore(aws.dynamodb, "circuits").replace(Circuit(ONE), opened)
    item = to_typed({"id": f"{ONE}#override", "expires_at": START + timedelta(days=1)})
    aws.dynamodb.put_item(TableName="circuits", Item=item)
    assert await DynamoDbRouteRegister(aws.dynamodb, "circuits", clock=clock).routes_at_work() == frozenset()


async def test_a_table_that_is_missing_is_an_unavailable_store(aws: AwsClients, clock: FakeClock) -> None:
    with pytest.raises(StoreUnavailableError):
        await DynamoDbRouteRegister(aws.dynamodb, "nowhere", clock=clock).routes_at_work()
