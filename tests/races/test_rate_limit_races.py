"""Many processes ask for a permit at the same time: each gets one that is due at a different time."""

from __future__ import annotations

import pytest

from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.rate_limiting import adaptation
from picturebook.rate_limiting.rate_limit import BURST, SECOND, PermitRequest, RateLimit
from tests.races.circuit_actions import CIRCUITS
from tests.races.contenders import CONTENDERS
from tests.races.race import Race
from tests.races.rate_limit_actions import take_permit

NOW = 1_795_000_000 * SECOND
PER_MINUTE = 60


@pytest.fixture
def store(race: Race) -> DynamoDbRateLimitStore:
    return DynamoDbRateLimitStore(race.client, CIRCUITS)


async def limited_routes(store: DynamoDbRateLimitStore, number: int) -> dict[str, RateLimit]:
    rates = {}
    for route in [f"openai/model-{n}" for n in range(number)]:
        rates[route], _ = await store.change(route, RateLimit(), adaptation.with_ceiling(RateLimit(), PER_MINUTE, NOW))
    return rates


def wanted(at_most: float) -> list[PermitRequest]:
    return [PermitRequest(f"instance-{n}", NOW, round(at_most * SECOND)) for n in range(CONTENDERS)]


async def test_permits_that_are_taken_at_once_are_due_one_after_the_other(
    race: Race, store: DynamoDbRateLimitStore
) -> None:
    rates = await limited_routes(store, 20)
    rounds = [[(route, one, rate) for one in wanted(at_most=60)] for route, rate in rates.items()]
    for rate, results in zip(rates.values(), race.run(take_permit, rounds), strict=True):
        due = sorted(results.found)
        assert len(due) == CONTENDERS
        assert all(at >= NOW + number * rate.interval - BURST for number, at in enumerate(due))
        assert due[-1] <= NOW + CONTENDERS * rate.interval


async def test_no_more_permits_are_taken_than_are_due_in_time(race: Race, store: DynamoDbRateLimitStore) -> None:
    rates = await limited_routes(store, 20)
    rounds = [[(route, one, rate) for one in wanted(at_most=5)] for route, rate in rates.items()]
    for (route, rate), results in zip(rates.items(), race.run(take_permit, rounds), strict=True):
        due = [at for at in results.found if at is not None]
        in_time = (5 * SECOND + BURST) // rate.interval + 1
        assert in_time - 1 <= len(due) <= in_time
        stored = await store.read(route)
        assert sum(minute.permits for minute in stored.minutes.values()) == len(due)
