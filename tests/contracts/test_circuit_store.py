from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.circuit_items import circuit_from_item
from picturebook.adapters.dynamodb_attributes import to_plain, to_typed
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.circuit_breaker import state
from picturebook.circuit_breaker.state import CallDecision
from picturebook.circuit_breaker.store import CircuitStore
from picturebook.circuit_breaker.window import Window, WindowUpdate
from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState
from picturebook.rate_limiting.fleet_rate_limiter import FleetRateLimiter
from tests.fakes.clock import START, FakeClock, FakeRandomSource

ROUTE = "openai/gpt-image-2"
TABLE = "circuits"
UNRECORDED = Circuit(ROUTE)


def opened(circuit: Circuit = UNRECORDED, *, version: str = "v1") -> Circuit:
    return state.trip(
        circuit,
        now=START + timedelta(microseconds=7),
        version=version,
        seconds=30.5,
        reason="ProviderUnavailableError",
        failures=5,
    )


def probing(circuit: Circuit, *, version: str = "v2") -> Circuit:
    return state.elect(circuit, version=version, lease_id="prober", lease_until=START + timedelta(seconds=90.25))


def a_tally(
    instance: str = "i-1",
    *,
    at: float = 0.0,
    version: str | None = None,
    window_start: datetime | None = None,
    successes: int = 0,
) -> WindowUpdate:
    return WindowUpdate(ROUTE, version, instance, START + timedelta(seconds=at), window_start, successes)


@pytest.fixture
def dynamodb_store(aws: AwsClients) -> DynamoDbCircuitStore:
    aws.dynamodb.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return DynamoDbCircuitStore(aws.dynamodb, TABLE)


@pytest.fixture(params=["in memory", "DynamoDB"])
def store(request: pytest.FixtureRequest) -> CircuitStore:
    if request.param == "in memory":
        return InMemoryCircuitStore()
    dynamodb: CircuitStore = request.getfixturevalue("dynamodb_store")
    return dynamodb


async def test_a_route_without_a_stored_circuit_is_closed(store: CircuitStore) -> None:
    assert await store.read(ROUTE) == UNRECORDED


@pytest.mark.parametrize(
    "moved",
    [
        opened(),
        probing(opened()),
        state.reopen(probing(opened()), now=START, version="v3", seconds=60, reason="OutcomeUnknownError"),
        state.release(probing(opened()), now=START, version="v3"),
        state.close(probing(opened()), version="v3"),
    ],
    ids=["tripped", "probing", "reopened", "released", "closed"],
)
async def test_a_circuit_is_read_as_it_was_written(store: CircuitStore, moved: Circuit) -> None:
    assert await store.replace(UNRECORDED, moved) == moved
    assert await store.read(ROUTE) == moved


async def test_only_one_of_two_transitions_from_the_same_circuit_is_made(store: CircuitStore) -> None:
    first = await store.replace(UNRECORDED, opened(version="v1"))
    second = await store.replace(UNRECORDED, opened(version="other"))
    assert first.version == second.version == "v1"


async def test_only_one_of_many_contenders_wins_the_probe(store: CircuitStore) -> None:
    open_circuit = await store.replace(UNRECORDED, opened())
    contenders = [probing(open_circuit, version=f"contender-{number}") for number in range(16)]
    # One after another: moto's conditions are not atomic among threads. Real races need DynamoDB Local.
    kept = [await store.replace(open_circuit, contender) for contender in contenders]
    assert {circuit.version for circuit in kept} == {"contender-0"}


async def test_a_stale_prober_changes_nothing(store: CircuitStore) -> None:
    open_circuit = await store.replace(UNRECORDED, opened())
    stale = await store.replace(open_circuit, probing(open_circuit))
    newer = await store.replace(stale, probing(stale, version="v3"))
    assert await store.replace(stale, state.close(stale, version="v4")) == newer
    assert await store.read(ROUTE) == newer


async def test_a_transition_repeated_after_a_lost_answer_is_recognised(store: CircuitStore) -> None:
    moved = opened()
    await store.replace(UNRECORDED, moved)
    assert await store.replace(UNRECORDED, moved) == moved


async def test_failures_of_all_instances_add_up_in_one_window(store: CircuitStore) -> None:
    await store.count_failure(a_tally("i-1"))
    await store.count_failure(a_tally("i-1", at=1))
    assert await store.count_failure(a_tally("i-2", at=2)) == Window(START, 3, 0, frozenset({"i-1", "i-2"}))


async def test_counting_leaves_the_circuit_as_it_was(store: CircuitStore) -> None:
    await store.count_failure(a_tally())
    assert await store.read(ROUTE) == UNRECORDED


async def test_successes_count_in_the_window_that_they_belong_to(store: CircuitStore) -> None:
    await store.count_failure(a_tally())
    window = await store.count_failure(a_tally(at=3, window_start=START, successes=2))
    assert window == Window(START, 2, 2, frozenset({"i-1"}))
    window = await store.count_successes(a_tally(at=4, window_start=START, successes=3))
    assert window == Window(START, 2, 5, frozenset({"i-1"}))


async def test_successes_of_another_window_do_not_count(store: CircuitStore) -> None:
    await store.count_failure(a_tally())
    another = START - timedelta(hours=1)
    window = await store.count_failure(a_tally(at=3, window_start=another, successes=2))
    assert window == Window(START, 2, 0, frozenset({"i-1"}))
    assert await store.count_successes(a_tally(at=4, window_start=another, successes=2)) is None


async def test_a_window_ends_with_its_time(store: CircuitStore) -> None:
    for at in (0, 899.999):
        await store.count_failure(a_tally(at=at))
    window = await store.count_failure(a_tally("i-2", at=900))
    assert window == Window(START + timedelta(seconds=900), 1, 0, frozenset({"i-2"}))


async def test_a_window_ends_when_it_shows_a_healthy_route(store: CircuitStore) -> None:
    await store.count_failure(a_tally())
    window = await store.count_failure(a_tally(at=1, window_start=START, successes=7))
    assert window
    assert not window.successes - window.failures < 5
    window = await store.count_failure(a_tally(at=2, window_start=START, successes=3))
    assert window == Window(START + timedelta(seconds=2), 1, 0, frozenset({"i-1"}))


async def test_a_late_failure_is_not_counted_against_a_newer_circuit(store: CircuitStore) -> None:
    await store.count_failure(a_tally())
    await store.replace(UNRECORDED, opened())
    assert await store.count_failure(a_tally(at=1)) is None
    assert await store.count_failure(a_tally(at=1, version="v1")) is None
    await store.replace(opened(), state.close(probing(opened()), version="v3"))
    assert await store.count_failure(a_tally(at=2)) is None
    assert await store.count_successes(a_tally(at=2, window_start=START, successes=1)) is None
    window = await store.count_failure(a_tally(at=3, version="v3"))
    assert window == Window(START + timedelta(seconds=3), 1, 0, frozenset({"i-1"}))
    assert await store.count_failure(a_tally(at=4)) is None
    late_successes = a_tally(at=4, window_start=START + timedelta(seconds=3), successes=1)
    assert await store.count_successes(late_successes) is None
    window = await store.count_failure(a_tally(at=5, version="v3"))
    assert window == Window(START + timedelta(seconds=3), 2, 0, frozenset({"i-1"}))


async def test_routes_do_not_share_anything(store: CircuitStore) -> None:
    await store.count_failure(a_tally())
    await store.replace(UNRECORDED, opened())
    assert await store.read("openai/other") == Circuit("openai/other")
    window = await store.count_failure(replace(a_tally(), route="openai/other"))
    assert window == Window(START, 1, 0, frozenset({"i-1"}))


FORCED_OPEN = CircuitOverride(
    CircuitState.OPEN, "mira@example.com", "maintenance", set_at=START, expires_at=START + timedelta(hours=1)
)
FORCED_CLOSED = replace(FORCED_OPEN, state=CircuitState.CLOSED, reason="false alarm")


@pytest.mark.parametrize("kept", [None, opened()], ids=["without a stored circuit", "of an open one"])
async def test_an_override_is_read_with_its_circuit(store: CircuitStore, kept: Circuit | None) -> None:
    if kept:
        await store.replace(UNRECORDED, kept)
    await store.put_override(ROUTE, FORCED_CLOSED)
    assert await store.read(ROUTE) == replace(kept or UNRECORDED, override=FORCED_CLOSED)
    await store.put_override(ROUTE, FORCED_OPEN)
    assert await store.read(ROUTE) == replace(kept or UNRECORDED, override=FORCED_OPEN)
    assert await store.read("openai/other") == Circuit("openai/other")


async def test_an_override_is_cleared_once(store: CircuitStore) -> None:
    await store.put_override(ROUTE, FORCED_OPEN)
    assert await store.clear_override(ROUTE) == FORCED_OPEN
    assert await store.clear_override(ROUTE) is None
    assert await store.read(ROUTE) == UNRECORDED


async def test_no_transition_and_no_count_changes_an_override(store: CircuitStore) -> None:
    await store.put_override(ROUTE, FORCED_CLOSED)
    before = await store.read(ROUTE)
    assert await store.count_failure(a_tally())
    moved = await store.replace(before, opened(before))
    assert moved.override == FORCED_CLOSED
    lost = await store.replace(before, opened(before, version="other"))
    assert lost == moved == await store.read(ROUTE)
    await store.replace(moved, state.close(probing(moved), version="v3"))
    assert (await store.read(ROUTE)).override == FORCED_CLOSED


async def test_all_circuits_are_listed_by_route_with_their_overrides(store: CircuitStore) -> None:
    assert await store.list_circuits() == []
    await store.replace(UNRECORDED, opened())
    await store.count_failure(replace(a_tally(), route="openai/failing"))
    await store.put_override("openai/forced", FORCED_OPEN)
    await store.put_override(ROUTE, FORCED_CLOSED)
    listed = {circuit.route: circuit for circuit in await store.list_circuits()}
    assert listed["openai/forced"] == Circuit("openai/forced", override=FORCED_OPEN)
    assert listed[ROUTE] == replace(opened(), override=FORCED_CLOSED)
    assert list(listed) == sorted(listed)


async def test_a_rate_limit_in_the_same_table_is_no_circuit(
    aws: AwsClients, dynamodb_store: DynamoDbCircuitStore, clock: FakeClock
) -> None:
    rate_limits = DynamoDbRateLimitStore(aws.dynamodb, TABLE)
    rate_limiter = FleetRateLimiter(rate_limits, clock=clock, random_source=FakeRandomSource(), images_per_minute=5)
    await rate_limiter.acquire_permit(ROUTE, at_most=5.0)
    assert await dynamodb_store.list_circuits() == []


# What follows concerns the item that we share with Powertools.

Put = Callable[[dict[str, object]], None]


@pytest.fixture
def put(aws: AwsClients, dynamodb_store: DynamoDbCircuitStore) -> Put:
    def put(item: dict[str, object]) -> None:
        aws.dynamodb.put_item(TableName=TABLE, Item=to_typed(item))

    return put


def foreign(**attributes: object) -> dict[str, object]:
    opened_at = int(START.timestamp())
    return {"id": ROUTE, "state": "OPEN", "failure_count": 5, "opened_at": opened_at, "expiration": 9, **attributes}


def item_of(aws: AwsClients) -> dict[str, object]:
    return to_plain(aws.dynamodb.get_item(TableName=TABLE, Key=to_typed({"id": ROUTE}))["Item"])


@pytest.mark.parametrize("kept", [opened(), UNRECORDED], ids=["open", "closed"])
async def test_an_override_changes_nothing_of_what_powertools_sees(
    aws: AwsClients, dynamodb_store: DynamoDbCircuitStore, kept: Circuit
) -> None:
    if kept.version:
        await dynamodb_store.replace(UNRECORDED, kept)
    items = aws.dynamodb.scan(TableName=TABLE)["Items"]
    await dynamodb_store.put_override(ROUTE, FORCED_OPEN)
    now = aws.dynamodb.scan(TableName=TABLE)["Items"]
    assert [item for item in now if item["id"]["S"] == ROUTE] == items


async def test_powertools_finds_an_open_circuit_with_an_owner(
    aws: AwsClients, dynamodb_store: DynamoDbCircuitStore
) -> None:
    await dynamodb_store.replace(UNRECORDED, opened())
    item = item_of(aws)
    assert item["state"] == "OPEN"
    assert item["failure_count"] == 5
    assert item["opened_at"] == START.timestamp()
    assert item["half_open_owner"]
    assert "probe_lease_expiry" not in item


@pytest.mark.parametrize("kept", [opened(), probing(opened())], ids=["open", "probing"])
async def test_a_function_under_powertools_breaker_is_refused_with_ours_and_cannot_probe(
    aws: AwsClients, dynamodb_store: DynamoDbCircuitStore, kept: Circuit
) -> None:
    await dynamodb_store.replace(UNRECORDED, kept)
    before = item_of(aws)
    calls: list[str] = []

    @circuit_breaker(
        name=ROUTE,
        persistence_store=CircuitBreakerDynamoDBPersistence(TABLE, boto3_client=aws.dynamodb),
        config=CircuitBreakerConfig(recovery_timeout=1),  # long over, by Powertools' own clock
    )
    def draw() -> None:
        calls.append("drawn")

    with pytest.raises(CircuitBreakerOpenError):
        draw()
    assert calls == []
    assert item_of(aws) == before


async def test_a_foreign_open_circuit_is_honoured_then_adopted(
    aws: AwsClients, dynamodb_store: DynamoDbCircuitStore, put: Put
) -> None:
    put(foreign())
    found = await dynamodb_store.read(ROUTE)
    assert state.decide(found, START + timedelta(seconds=29)) is CallDecision.REFUSE
    assert state.decide(found, START + timedelta(seconds=30)) is CallDecision.PROBE
    won = probing(found)
    assert await dynamodb_store.replace(found, won) == won
    assert "expiration" not in item_of(aws)


async def test_a_foreign_circuit_that_opened_again_is_not_adopted_by_an_outdated_reader(
    dynamodb_store: DynamoDbCircuitStore, put: Put
) -> None:
    put(foreign())
    found = await dynamodb_store.read(ROUTE)
    put(foreign(opened_at=int(START.timestamp()) + 60))
    kept = await dynamodb_store.replace(found, probing(found))
    assert kept.version is None
    assert kept.opened_at == START + timedelta(seconds=60)


async def test_a_foreign_probe_is_left_alone_until_its_lease_ends(
    dynamodb_store: DynamoDbCircuitStore, put: Put
) -> None:
    lease_end = int(START.timestamp()) + 30
    put(foreign(state="HALF_OPEN", half_open_owner="another", probe_lease_expiry=lease_end))
    found = await dynamodb_store.read(ROUTE)
    assert state.decide(found, START + timedelta(seconds=29)) is CallDecision.REFUSE
    assert state.decide(found, START + timedelta(seconds=30)) is CallDecision.PROBE


async def test_a_foreign_trip_is_not_overwritten_by_ours(dynamodb_store: DynamoDbCircuitStore, put: Put) -> None:
    put(foreign())
    kept = await dynamodb_store.replace(UNRECORDED, opened())
    assert kept.version is None
    assert await dynamodb_store.count_failure(a_tally()) is None


async def test_a_foreign_closed_circuit_counts_as_not_stored(dynamodb_store: DynamoDbCircuitStore, put: Put) -> None:
    put({"id": ROUTE, "state": "CLOSED", "failure_count": 0})
    assert state.decide(await dynamodb_store.read(ROUTE), START) is CallDecision.ADMIT
    assert await dynamodb_store.count_failure(a_tally())
    assert await dynamodb_store.replace(UNRECORDED, opened()) == opened()


async def test_an_item_is_read_the_same_in_a_ledgers_batch(
    aws: AwsClients, dynamodb_store: DynamoDbCircuitStore
) -> None:
    await dynamodb_store.replace(UNRECORDED, opened())
    item = aws.dynamodb.get_item(TableName=TABLE, Key=to_typed({"id": ROUTE}))["Item"]
    assert circuit_from_item(item) == opened()
    assert circuit_from_item(item).state is CircuitState.OPEN


async def test_a_table_that_is_missing_is_an_unavailable_store(aws: AwsClients) -> None:
    nowhere = DynamoDbCircuitStore(aws.dynamodb, "nowhere")
    for attempt in (
        nowhere.read(ROUTE),
        nowhere.replace(UNRECORDED, opened()),
        nowhere.count_failure(a_tally()),
    ):
        with pytest.raises(StoreUnavailableError):
            await asyncio.wait_for(attempt, timeout=300)
