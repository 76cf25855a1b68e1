"""Who may ask for a picture when, when many processes ask at once: each at a time of its own."""

from __future__ import annotations

import pytest

from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.rate_limiting import adaptation
from picturebook.rate_limiting.rate_limit import BURST, SECOND, PermitWanted, RateLimit
from tests.races.circuit_actions import CIRCUITS
from tests.races.contenders import CONTENDERS
from tests.races.race import Race
from tests.races.rate_limit_actions import take

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


def wanted(at_most: float) -> list[PermitWanted]:
    return [PermitWanted(f"instance-{n}", NOW, round(at_most * SECOND)) for n in range(CONTENDERS)]


async def test_permits_that_are_taken_at_once_are_due_one_after_the_other(
    race: Race, store: DynamoDbRateLimitStore
) -> None:
    rates = await limited_routes(store, 20)
    rounds = [[(route, one, rate) for one in wanted(at_most=60)] for route, rate in rates.items()]
    for rate, played in zip(rates.values(), race.run(take, rounds), strict=True):
        due = sorted(played.found)
        assert len(due) == CONTENDERS
        assert all(at >= NOW + number * rate.interval - BURST for number, at in enumerate(due))
        assert due[-1] <= NOW + CONTENDERS * rate.interval


async def test_no_more_permits_are_taken_than_are_due_in_time(race: Race, store: DynamoDbRateLimitStore) -> None:
    rates = await limited_routes(store, 20)
    rounds = [[(route, one, rate) for one in wanted(at_most=5)] for route, rate in rates.items()]
    for (route, rate), played in zip(rates.items(), race.run(take, rounds), strict=True):
        due = [at for at in played.found if at is not None]
        in_time = (5 * SECOND + BURST) // rate.interval + 1
        assert in_time - 1 <= len(due) <= in_time
        kept = await store.read(route)
        assert sum(minute.permits for minute in kept.minutes.values()) == len(due)
