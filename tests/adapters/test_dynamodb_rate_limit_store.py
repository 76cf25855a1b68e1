"""Which requests the rate limiter sends to DynamoDB, and how it handles failed or lost answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.adapters.in_memory.rate_limit_store import InMemoryRateLimitStore
from picturebook.errors import StoreUnavailableError
from picturebook.ports.rate_limiter import Permit
from picturebook.rate_limiting import adaptation
from picturebook.rate_limiting.fleet_rate_limiter import FleetRateLimiter
from picturebook.rate_limiting.rate_limit import SECOND, PermitRequest, RateLimit, microseconds
from tests.contracts.test_rate_limiter import ROUTE, TABLE, create_table
from tests.fakes.clock import START, FakeClock, FakeRandomSource

NOW = microseconds(START)


@pytest.fixture
def requests(aws: AwsClients) -> Iterator[list[str]]:
    """The name of every request that goes out to DynamoDB."""
    create_table(aws)
    seen: list[str] = []

    def record(model: Any, **_: object) -> None:
        seen.append(model.name)

    events = aws.dynamodb.meta.events
    events.register("provide-client-params.dynamodb", record)
    yield seen
    events.unregister("provide-client-params.dynamodb", record)


@pytest.fixture
def join(aws: AwsClients, requests: list[str], clock: FakeClock) -> Callable[..., FleetRateLimiter]:
    def join(instance: str = "i-1", *, images_per_minute: int = 0) -> FleetRateLimiter:
        store = DynamoDbRateLimitStore(aws.dynamodb, TABLE)
        return FleetRateLimiter(
            store,
            clock=clock,
            random_source=FakeRandomSource(),
            images_per_minute=images_per_minute,
            instance_id=instance,
        )

    return join


async def draw(rate_limiter: FleetRateLimiter, *, limit: int | None = None) -> Permit:
    permit = await rate_limiter.acquire_permit(ROUTE, at_most=5.0)
    await rate_limiter.answered(ROUTE, permit, images_per_minute=limit)
    return permit


async def test_a_picture_costs_one_write_from_the_first_on(
    join: Callable[..., FleetRateLimiter], requests: list[str], clock: FakeClock
) -> None:
    rate_limiter = join()
    for _ in range(10):
        await draw(rate_limiter)
        clock.advance(13)  # into other minutes too
    assert requests == ["UpdateItem"] * 10


async def test_under_a_known_limit_a_picture_costs_one_write_too(
    join: Callable[..., FleetRateLimiter], requests: list[str], clock: FakeClock
) -> None:
    rate_limiter = join()
    await draw(rate_limiter, limit=60)
    clock.advance(13)
    await draw(rate_limiter, limit=60)
    requests.clear()
    for _ in range(10):
        clock.advance(13)
        await draw(rate_limiter, limit=60)
    assert requests == ["UpdateItem"] * 10


async def test_in_a_backlog_a_picture_costs_one_write_too(
    join: Callable[..., FleetRateLimiter], requests: list[str], clock: FakeClock
) -> None:
    rate_limiters = [join(f"i-{number}", images_per_minute=60) for number in range(3)]
    for _ in range(2):
        for rate_limiter in rate_limiters:
            await draw(rate_limiter, limit=60)
    requests.clear()
    for _ in range(10):
        for rate_limiter in rate_limiters:
            clock.advance(1.031)
            assert (await draw(rate_limiter, limit=60)).is_granted
    assert requests == ["UpdateItem"] * 30


async def test_a_refused_permit_costs_one_more_request(
    join: Callable[..., FleetRateLimiter], requests: list[str]
) -> None:
    rate_limiter = join(images_per_minute=60)
    while (await rate_limiter.acquire_permit(ROUTE, at_most=5.0)).is_granted:
        pass
    requests.clear()
    assert not (await rate_limiter.acquire_permit(ROUTE, at_most=5.0)).is_granted
    assert requests == ["UpdateItem"] * 2


@pytest.mark.parametrize("seed", range(5))
async def test_dynamodb_and_the_pure_rules_give_the_same_permits(
    aws: AwsClients, requests: list[str], seed: int
) -> None:
    random_source = random.Random(seed)  # noqa: S311 - a test's
    ours, model = DynamoDbRateLimitStore(aws.dynamodb, TABLE), InMemoryRateLimitStore()
    now, seen = NOW, RateLimit()
    for step in range(40):
        now += random_source.choice([0, 1, SECOND // 2, SECOND, 7 * SECOND, 70 * SECOND])
        if random_source.random() < 0.3:
            before = await model.read(ROUTE)
            limit = random_source.choice([None, 30, 60, 600])
            after = random_source.choice(
                [
                    adaptation.answered(before, before.version, limit=limit, now=now),
                    adaptation.throttled(before, before.version, limit=limit, retry_after=3.0, now=now),
                    adaptation.restarted(before, now),
                ]
            )
            if after != before:
                changed = await ours.change(ROUTE, before, after)
                assert without_minutes(changed[0]) == without_minutes((await model.change(ROUTE, before, after))[0])
        wanted = PermitRequest(f"i-{step % 3}", now, 5 * SECOND)
        rate, due = await ours.take_permit(ROUTE, wanted, seen=seen)
        expected, expected_due = await model.take_permit(ROUTE, wanted, seen=seen)
        assert (due, without_minutes(rate)) == (expected_due, without_minutes(expected)), f"seed {seed}, step {step}"
        if due is None:
            assert await ours.queue_up(ROUTE, now, seen=rate) == await model.queue_up(ROUTE, now, seen=rate)
        seen = rate if random_source.random() < 0.8 else RateLimit()


def without_minutes(rate: RateLimit) -> RateLimit:
    return replace(rate, minutes={})


async def test_a_change_of_an_outdated_version_is_not_made(aws: AwsClients, requests: list[str]) -> None:
    store = DynamoDbRateLimitStore(aws.dynamodb, TABLE)
    first = adaptation.with_ceiling(RateLimit(), 60, NOW)
    assert (await store.change(ROUTE, RateLimit(), first))[1]
    kept, is_done = await store.change(ROUTE, RateLimit(), adaptation.with_ceiling(RateLimit(), 30, NOW))
    assert (kept, is_done) == (first, False)


async def test_without_dynamodb_no_permit_is_given_and_outcomes_raise_nothing(
    aws: AwsClients, join: Callable[..., FleetRateLimiter], caplog: pytest.LogCaptureFixture
) -> None:
    rate_limiter = join()
    permit = await rate_limiter.acquire_permit(ROUTE, at_most=5.0)

    def unreachable(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://dynamodb")

    events = aws.dynamodb.meta.events
    events.register("before-call.dynamodb", unreachable)
    try:
        with pytest.raises(StoreUnavailableError):
            await rate_limiter.acquire_permit(ROUTE, at_most=5.0)
        with pytest.raises(StoreUnavailableError):
            await rate_limiter.restart(ROUTE)
        await rate_limiter.answered(ROUTE, permit, images_per_minute=60)
        await rate_limiter.throttled(ROUTE, permit, images_per_minute=60, retry_after=1.0)
    finally:
        events.unregister("before-call.dynamodb", unreachable)
    assert len(caplog.records) == 2


async def test_an_item_keeps_no_more_than_three_minutes(
    aws: AwsClients, join: Callable[..., FleetRateLimiter], clock: FakeClock
) -> None:
    for minute in range(10):
        await draw(join(f"i-{minute}"))
        clock.advance(60)
    [item] = aws.dynamodb.scan(TableName=TABLE)["Items"]
    assert item["id"] == {"S": f"pace#{ROUTE}"}
    assert len([name for name in item if name.startswith("instances_")]) <= 3
    assert all(len(value["SS"]) == 1 for name, value in item.items() if name.startswith("instances_"))


async def test_a_route_that_is_used_now_and_then_keeps_no_old_minutes(
    aws: AwsClients, join: Callable[..., FleetRateLimiter], clock: FakeClock
) -> None:
    rate_limiter = join()
    for _ in range(6):
        await draw(rate_limiter)
        clock.advance(180)  # always the same slot, which no permit of another minute clears
    [item] = aws.dynamodb.scan(TableName=TABLE)["Items"]
    slots = [(item[f"instances_{slot}"], item[f"turns_{slot}"]) for slot in range(3) if f"turns_{slot}" in item]
    assert [(len(members["SS"]), permits) for members, permits in slots] == [(1, {"N": "1"})]
