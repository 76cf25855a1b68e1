"""One suite for the rate limiter over both stores: everything here holds for a process and for a fleet."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.adapters.in_memory.rate_limit_store import InMemoryRateLimitStore
from picturebook.ports.rate_limiter import Permit, RateLimiter
from picturebook.rate_limiting.fleet_rate_limiter import FleetRateLimiter
from picturebook.rate_limiting.store import RateLimitStore
from tests.fakes.clock import FakeClock, FakeRandomSource

ROUTE = "openai/gpt-image-2"
TABLE = "circuits"
# 60 s / (0.97 x 60): one image per second, and a little slack.
INTERVAL = pytest.approx(1.031, abs=0.001)

Join = Callable[..., FleetRateLimiter]


def create_table(aws: AwsClients) -> None:
    aws.dynamodb.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture(params=["in memory", "DynamoDB"])
def join(request: pytest.FixtureRequest, clock: FakeClock) -> Join:
    """Return a function that lets an instance join the fleet; over DynamoDB each has a store of its own."""
    if request.param == "DynamoDB":
        aws: AwsClients = request.getfixturevalue("aws")
        create_table(aws)
    shared = InMemoryRateLimitStore()

    def join(instance: str = "i-1", *, images_per_minute: int = 0, clock: FakeClock = clock) -> FleetRateLimiter:
        store: RateLimitStore = shared if request.param == "in memory" else DynamoDbRateLimitStore(aws.dynamodb, TABLE)
        return FleetRateLimiter(
            store,
            clock=clock,
            random_source=FakeRandomSource((0.0, 0.5, 0.99)),
            images_per_minute=images_per_minute,
            instance_id=instance,
        )

    return join


async def take_permit(rate_limiter: RateLimiter, *, at_most: float = 5.0) -> Permit:
    return await rate_limiter.acquire_permit(ROUTE, at_most=at_most)


async def take_many(rate_limiter: RateLimiter, count: int) -> list[float]:
    return [(await take_permit(rate_limiter)).seconds for _ in range(count)]


async def test_without_a_known_limit_every_permit_is_now(join: Join) -> None:
    assert await take_many(join(), 20) == [0.0] * 20


async def test_a_limit_of_the_deployments_own_holds_from_the_first_permit_on(join: Join) -> None:
    rate_limiter = join(images_per_minute=60)
    waits = await take_many(rate_limiter, 4)
    assert waits[0] == 0.0
    # Up to 0.9 s of unused time may be caught up on; then the permits follow each other by the interval.
    assert [later - earlier for earlier, later in pairwise(waits[1:])] == [INTERVAL] * 2


async def test_all_instances_share_one_rate(join: Join) -> None:
    one, other = join("i-1", images_per_minute=60), join("i-2", images_per_minute=60)
    await take_many(one, 2)
    waits = [(await take_permit(rate_limiter)).seconds for rate_limiter in (other, one, other)]
    assert waits == sorted(waits)
    assert [waits[1] - waits[0], waits[2] - waits[1]] == [INTERVAL] * 2


async def test_a_limit_that_is_lifted_no_longer_holds(join: Join, clock: FakeClock) -> None:
    await take_many(join("before", images_per_minute=60), 3)
    rate_limiter = join("after")
    await take_permit(rate_limiter)
    clock.advance(5)
    assert await take_many(rate_limiter, 3) == [0.0] * 3


async def test_a_limit_that_an_answer_names_is_kept_from_then_on(join: Join, clock: FakeClock) -> None:
    rate_limiter = join()
    permit = await take_permit(rate_limiter)
    await rate_limiter.answered(ROUTE, permit, images_per_minute=60)
    clock.advance(10)
    waits = await take_many(join("i-2"), 4)
    assert [waits[2] - waits[1], waits[3] - waits[2]] == [INTERVAL] * 2


async def test_the_lower_of_two_limits_holds(join: Join, clock: FakeClock) -> None:
    rate_limiter = join(images_per_minute=60)
    await rate_limiter.answered(ROUTE, await take_permit(rate_limiter), images_per_minute=6000)
    waits = await take_many(rate_limiter, 3)
    assert waits[2] - waits[1] == INTERVAL


async def test_a_permit_that_is_further_away_than_asked_is_not_taken(join: Join) -> None:
    rate_limiter = join(images_per_minute=60)
    permits = [await take_permit(rate_limiter) for _ in range(20)]
    taken = [permit for permit in permits if permit.is_granted]
    assert 5 <= len(taken) <= 7
    # The next permit was not taken: a caller that waits longer gets it.
    assert (await take_permit(rate_limiter, at_most=6.1)).is_granted


async def test_refused_callers_get_different_times_to_retry(join: Join) -> None:
    rate_limiter = join(images_per_minute=60)
    waits = [permit.seconds for permit in [await take_permit(rate_limiter) for _ in range(60)] if not permit.is_granted]
    assert len(waits) >= 50
    steps = [later - earlier for earlier, later in pairwise(waits)]
    # Slightly faster than permits become due, so that none is lost.
    assert steps == [pytest.approx(0.928, abs=0.01)] * len(steps)
    assert waits[0] < 5


async def test_no_caller_waits_much_longer_than_an_hour(join: Join, clock: FakeClock) -> None:
    rate_limiter = join(images_per_minute=1)
    await rate_limiter.throttled(ROUTE, await take_permit(rate_limiter), images_per_minute=None, retry_after=3550)
    waits = [(await take_permit(rate_limiter)).seconds for _ in range(40)]
    assert max(waits) == pytest.approx(3600, abs=5)
    beyond = waits[-12:]
    assert min(beyond) >= 2700
    assert len(set(beyond)) == 3, "callers beyond the hour retry at random times"


async def test_a_429_halves_the_rate_once_for_all_calls_that_were_made_at_it(join: Join, clock: FakeClock) -> None:
    rate_limiter = join(images_per_minute=60)
    permits = [await take_permit(rate_limiter) for _ in range(4)]
    for permit in permits:
        await rate_limiter.throttled(ROUTE, permit, images_per_minute=None, retry_after=None)
    clock.advance(30)
    waits = await take_many(join("i-2", images_per_minute=60), 3)
    assert waits[2] - waits[1] == pytest.approx(2.062, abs=0.001)


async def test_a_429_that_names_a_lower_limit_is_explained_by_it(join: Join, clock: FakeClock) -> None:
    rate_limiter = join(images_per_minute=120)
    await rate_limiter.throttled(ROUTE, await take_permit(rate_limiter), images_per_minute=60, retry_after=None)
    clock.advance(30)
    waits = await take_many(rate_limiter, 3)
    assert waits[2] - waits[1] == INTERVAL


async def test_no_permit_is_due_before_retry_after_is_over(join: Join, clock: FakeClock) -> None:
    rate_limiter, other = join(), join("i-2")
    await take_permit(other)
    await rate_limiter.throttled(ROUTE, await take_permit(rate_limiter), images_per_minute=None, retry_after=20.0)
    assert not (await take_permit(other)).is_granted
    clock.advance(16)
    assert (await take_permit(other)).seconds == pytest.approx(4.0)


async def test_a_slowed_rate_recovers_while_answers_come_and_never_exceeds_the_limit(
    join: Join, clock: FakeClock
) -> None:
    rate_limiter = join(images_per_minute=60)
    await rate_limiter.throttled(ROUTE, await take_permit(rate_limiter), images_per_minute=None, retry_after=None)
    gaps = []
    for _ in range(15):
        clock.advance(30)
        permits = [await take_permit(rate_limiter) for _ in range(3)]
        gaps.append(permits[2].seconds - permits[1].seconds)
        await rate_limiter.answered(ROUTE, permits[2], images_per_minute=None)
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] == pytest.approx(2.062, abs=0.001)
    assert gaps[-1] == gaps[-2] == INTERVAL


async def test_after_an_outage_the_rate_is_a_quarter_and_doubles_with_each_success(
    join: Join, clock: FakeClock
) -> None:
    rate_limiter = join(images_per_minute=60)
    before = await take_permit(rate_limiter)
    await rate_limiter.restart(ROUTE)
    await rate_limiter.answered(ROUTE, before, images_per_minute=None)  # taken before the restart: ignored
    gaps = []
    for _ in range(4):
        clock.advance(60)
        permits = [await take_permit(rate_limiter) for _ in range(2)]
        gaps.append(permits[1].seconds + 0.9)
        await rate_limiter.answered(ROUTE, permits[0], images_per_minute=None)
    assert gaps == [pytest.approx(1.031 * factor, abs=0.01) for factor in (4, 2, 1, 1)]


async def test_after_an_outage_without_a_known_limit_it_starts_low_and_ends_unlimited(
    join: Join, clock: FakeClock
) -> None:
    rate_limiter = join()
    await take_permit(rate_limiter)
    await rate_limiter.restart(ROUTE)
    # Six per minute.
    assert [round((await take_permit(rate_limiter, at_most=60)).seconds + 0.9, 1) for _ in range(2)][
        1
    ] == pytest.approx(10.3)
    for _ in range(8):
        clock.advance(60)
        await rate_limiter.answered(ROUTE, await take_permit(rate_limiter), images_per_minute=None)
    assert await take_many(rate_limiter, 10) == [0.0] * 10


async def test_the_active_instances_are_counted(join: Join, clock: FakeClock) -> None:
    rate_limiters = [join(f"instance-{number}") for number in range(4)]
    for rate_limiter in rate_limiters:
        await take_permit(rate_limiter)
    await take_permit(rate_limiters[0])
    assert [rate_limiter.instances_seen(ROUTE) for rate_limiter in rate_limiters] == [4, 2, 3, 4]
    clock.advance(60)
    await take_permit(rate_limiters[0])
    assert rate_limiters[0].instances_seen(ROUTE) == 4, "early in a minute, the last minute's instances count"
    clock.advance(60)
    await take_permit(rate_limiters[0])
    clock.advance(60)
    await take_permit(rate_limiters[0])
    assert rate_limiters[0].instances_seen(ROUTE) == 1


async def test_instances_of_long_ago_do_not_count_in_a_minute_of_the_same_slot(join: Join, clock: FakeClock) -> None:
    for number in range(4):
        await take_permit(join(f"instance-{number}"))
    rate_limiter = join("late")
    for _ in range(3):
        clock.advance(180)
        await take_permit(rate_limiter)
    assert rate_limiter.instances_seen(ROUTE) == 1


async def test_only_as_many_instances_are_recorded_as_the_breaker_needs(join: Join, clock: FakeClock) -> None:
    rate_limiters = [join(f"i-{number}") for number in range(15)]
    for _ in range(3):
        for rate_limiter in rate_limiters:
            await take_permit(rate_limiter)
        clock.advance(60)
    await take_permit(rate_limiters[-1])
    # With DynamoDB each process has its own view of the set, so that a few more are recorded.
    assert 6 <= rate_limiters[-1].instances_seen(ROUTE) <= 12


async def test_new_instances_take_the_place_of_those_that_ended(join: Join, clock: FakeClock) -> None:
    first, second = [[join(f"{half}-{number}") for number in range(8)] for half in ("a", "b")]
    for rate_limiter in (*first, *second):
        await take_permit(rate_limiter)
    for _ in range(4):
        clock.advance(60)
        for rate_limiter in second:
            await take_permit(rate_limiter)
    assert second[0].instances_seen(ROUTE) >= 6


async def test_before_its_first_permit_an_instance_knows_of_itself(join: Join) -> None:
    assert join().instances_seen(ROUTE) == 1


async def test_routes_do_not_share_a_rate(join: Join) -> None:
    rate_limiter = join(images_per_minute=60)
    for _ in range(10):
        await take_permit(rate_limiter)
    assert (await rate_limiter.acquire_permit("openai/other", at_most=5.0)).seconds == 0.0


async def test_a_clock_half_a_minute_ahead_delays_permits_no_longer_than_that(join: Join, clock: FakeClock) -> None:
    ahead = FakeClock(clock.now())
    ahead.advance(30)
    await take_permit(join("ahead", images_per_minute=60, clock=ahead))
    rate_limiter = join(images_per_minute=60)
    assert not (await take_permit(rate_limiter)).is_granted
    clock.advance(26)
    assert (await take_permit(rate_limiter)).is_granted


async def test_a_clock_that_is_a_day_ahead_delays_no_permit(join: Join, clock: FakeClock) -> None:
    ahead = FakeClock(clock.now())
    ahead.advance(86_400)
    wrong = join("ahead", images_per_minute=60, clock=ahead)
    for _ in range(30):
        await take_permit(wrong)
    assert (await take_permit(join(images_per_minute=60))).seconds == 0.0
