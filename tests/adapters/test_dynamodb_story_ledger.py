from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber
from moto.core.models import botocore_stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.errors import ClaimRefusedError, StoreUnavailableError
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState
from picturebook.models.runs import RunEnding
from tests.contracts.test_story_ledger import (
    DRAWN,
    NOON,
    PAGE,
    REQUEST,
    ROUTE,
    RUN,
    SHEET,
    a_run,
)
from tests.fakes.aws_tables import create_tables
from tests.fakes.clock import FakeClock

DAYS_120 = 120 * 24 * 3600


@pytest.fixture
def ledger(aws: AwsClients, clock: FakeClock) -> DynamoDbStoryLedger:
    create_tables(aws.dynamodb)
    return DynamoDbStoryLedger(aws.dynamodb, "ledger", circuit_table="circuits", clock=clock)


@pytest.fixture
def requests(aws: AwsClients) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Every request that goes out to DynamoDB: operation and parameters."""
    seen: list[tuple[str, dict[str, Any]]] = []

    def look(params: dict[str, Any], model: Any, **_: object) -> None:
        seen.append((model.name, params))

    events = aws.dynamodb.meta.events
    events.register("provide-client-params.dynamodb", look)
    yield seen
    events.unregister("provide-client-params.dynamodb", look)


@pytest.fixture
def lose_answers(aws: AwsClients) -> Iterator[Callable[[str], None]]:
    """Lose the answer of the next request of an operation, after DynamoDB has done it."""
    events = aws.dynamodb.meta.events
    lost: list[tuple[str, Callable[..., None]]] = []

    def lose(operation: str) -> None:
        def fail(**_: object) -> None:
            events.unregister(f"after-call.dynamodb.{operation}", fail)
            raise ReadTimeoutError(endpoint_url="http://dynamodb")

        events.register(f"after-call.dynamodb.{operation}", fail)
        lost.append((operation, fail))

    yield lose
    for operation, fail in lost:
        events.unregister(f"after-call.dynamodb.{operation}", fail)


def stored(aws: AwsClients, pk: str, sk: str) -> dict[str, Any]:
    return dict(aws.dynamodb.get_item(TableName="ledger", Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"])


# Items of the table


async def test_items_have_the_documented_keys(ledger: DynamoDbStoryLedger, aws: AwsClients) -> None:
    await ledger.record_run(RUN)
    await ledger.advance_head(RUN)
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    await ledger.claim(REQUEST, claim_id="c1", deadline=NOON, replacing=None)
    keys = {(item["pk"]["S"], item["sk"]["S"]) for item in aws.dynamodb.scan(TableName="ledger")["Items"]}
    assert keys == {
        ("STORY#fern", "HEAD"),
        ("STORY#fern", f"RUN#{RUN.revision}"),
        ("STORY#fern", f"PICTURE#{RUN.revision}#page-001#0001"),
        ("REQUEST#one-off", "PICTURE#character#0001"),
    }


async def test_an_outcome_is_a_map_and_money_a_number(ledger: DynamoDbStoryLedger, aws: AwsClients) -> None:
    await ledger.decide(PAGE, DRAWN, decided_at=NOON)
    outcome = stored(aws, "STORY#fern", f"PICTURE#{RUN.revision}#page-001#0001")["outcome"]["M"]
    assert outcome["cost_usd"] == {"N": "0.0411"}
    assert outcome["status"] == {"S": "drawn"}
    assert outcome["usage"]["M"]["image_out"] == {"N": "1056"}
    assert "reason" not in outcome


@pytest.mark.parametrize("cost", ["0.0411", "12345678.9", "0.00000001", "0", "30"])
async def test_money_is_read_exactly(ledger: DynamoDbStoryLedger, cost: str) -> None:
    outcome = DRAWN.model_copy(update={"cost_usd": Decimal(cost)})
    record = await ledger.decide(PAGE, outcome, decided_at=NOON)
    assert record.outcome
    assert record.outcome.cost_usd == Decimal(cost)


async def test_every_item_expires_after_120_days(ledger: DynamoDbStoryLedger, aws: AwsClients) -> None:
    noon = int(NOON.timestamp())
    await ledger.record_run(RUN)
    await ledger.advance_head(RUN)
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON + timedelta(hours=1), replacing=None)
    await ledger.decide(SHEET, DRAWN, decided_at=NOON + timedelta(hours=2))
    expiries = {
        item["sk"]["S"]: int(item["expires_at"]["N"]) for item in aws.dynamodb.scan(TableName="ledger")["Items"]
    }
    assert expiries == {
        "HEAD": noon + DAYS_120,
        f"RUN#{RUN.revision}": noon + DAYS_120,
        f"PICTURE#{RUN.revision}#page-001#0001": noon + 3600 + DAYS_120,
        f"PICTURE#{RUN.revision}#mira#0001": noon + 7200 + DAYS_120,
    }


async def test_an_attribute_of_a_newer_version_does_not_stop_an_older_one(
    ledger: DynamoDbStoryLedger, aws: AwsClients
) -> None:
    await ledger.record_run(RUN)
    aws.dynamodb.update_item(
        TableName="ledger",
        Key={"pk": {"S": "STORY#fern"}, "sk": {"S": f"RUN#{RUN.revision}"}},
        UpdateExpression="SET later = :x",
        ExpressionAttributeValues={":x": {"S": "?"}},
    )
    assert await ledger.find_run("fern", RUN.revision) == RUN


# Requests


RICH = RUN.model_copy(update={"spare_usd": Decimal(1)})
METHODS: dict[str, tuple[str, Callable[[DynamoDbStoryLedger], Awaitable[object]]]] = {
    "admit": ("BatchGetItem", lambda ledger: ledger.admit(PAGE, sheets=[SHEET], route=ROUTE)),
    "record_run": ("PutItem", lambda ledger: ledger.record_run(RUN)),
    "advance_head": ("UpdateItem", lambda ledger: ledger.advance_head(RUN)),
    "find_run": ("GetItem", lambda ledger: ledger.find_run("fern", RUN.revision)),
    "mark_queued": ("UpdateItem", lambda ledger: ledger.mark_queued(RUN, at=NOON)),
    "claim": ("UpdateItem", lambda ledger: ledger.claim(PAGE, claim_id="c", deadline=NOON, replacing=None)),
    "release": ("UpdateItem", lambda ledger: ledger.release(PAGE, "c")),
    "decide": ("UpdateItem", lambda ledger: ledger.decide(PAGE, DRAWN, decided_at=NOON)),
    "settle": ("UpdateItem", lambda ledger: ledger.settle(RUN, "mira", at=NOON)),
    "decide_ending": (
        "UpdateItem",
        lambda ledger: ledger.decide_ending(RUN, RunEnding.COMPLETED, reason=None, decided_at=NOON),
    ),
    "hold": ("UpdateItem", lambda ledger: ledger.hold(PAGE, "c", at=NOON, until=NOON)),
    "charge": ("UpdateItem", lambda ledger: ledger.charge(RICH, "c", Decimal(1))),
    "pictures": ("Query", lambda ledger: ledger.pictures(RUN)),
}


@pytest.mark.parametrize(("operation", "call"), METHODS.values(), ids=METHODS)
async def test_a_method_is_one_request_and_so_is_its_repetition(
    ledger: DynamoDbStoryLedger,
    requests: list[tuple[str, dict[str, Any]]],
    operation: str,
    call: Callable[[DynamoDbStoryLedger], Awaitable[object]],
) -> None:
    await ledger.record_run(RUN)
    await ledger.claim(PAGE, claim_id="c", deadline=NOON, replacing=None)
    for _ in range(2):
        requests.clear()
        await call(ledger)
        assert [name for name, _ in requests] == [operation]


async def test_a_refused_claim_is_one_request_too(
    ledger: DynamoDbStoryLedger, requests: list[tuple[str, dict[str, Any]]]
) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    requests.clear()
    with pytest.raises(ClaimRefusedError):
        await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing=None)
    assert len(requests) == 1


async def test_admission_reads_both_tables_as_the_last_writes_left_them(
    ledger: DynamoDbStoryLedger, requests: list[tuple[str, dict[str, Any]]]
) -> None:
    await ledger.admit(PAGE, sheets=[SHEET], route=ROUTE)
    tables = requests[0][1]["RequestItems"]
    assert {name: (len(table["Keys"]), table["ConsistentRead"]) for name, table in tables.items()} == {
        "ledger": (3, True),
        "circuits": (2, True),
    }


async def test_admission_shows_the_circuit_that_the_circuit_store_wrote(
    ledger: DynamoDbStoryLedger, aws: AwsClients
) -> None:
    opened = Circuit(ROUTE, CircuitState.OPEN, version="v1", retry_at=NOON, open_count=1, reason="503")
    assert await DynamoDbCircuitStore(aws.dynamodb, "circuits").replace(Circuit(ROUTE), opened) == opened
    assert (await ledger.admit(PAGE, sheets=[], route=ROUTE)).circuit == opened
    assert (await ledger.admit(PAGE, sheets=[], route="openai/other")).circuit is None


async def test_admission_reads_the_circuits_of_two_routes(ledger: DynamoDbStoryLedger, aws: AwsClients) -> None:
    chat = "openai/gpt-5.4-mini"
    opened = Circuit(chat, CircuitState.OPEN, version="v1", retry_at=NOON, open_count=1, reason="503")
    await DynamoDbCircuitStore(aws.dynamodb, "circuits").replace(Circuit(chat), opened)
    admission = await ledger.admit(PAGE, sheets=[], route=ROUTE, other_route=chat)
    assert (admission.circuit, admission.other_circuit) == (None, opened)
    # One model may draw and describe a story: DynamoDB refuses a request that has a key twice.
    both = await ledger.admit(PAGE, sheets=[], route=chat, other_route=chat)
    assert (both.circuit, both.other_circuit) == (opened, opened)


async def test_admission_shows_the_override_of_the_circuit(ledger: DynamoDbStoryLedger, aws: AwsClients) -> None:
    override = CircuitOverride(CircuitState.OPEN, "mira", "maintenance", set_at=NOON, expires_at=NOON)
    await DynamoDbCircuitStore(aws.dynamodb, "circuits").put_override(ROUTE, override)
    assert (await ledger.admit(PAGE, sheets=[], route=ROUTE)).circuit == Circuit(ROUTE, override=override)


async def test_unprocessed_keys_are_read_again(ledger: DynamoDbStoryLedger, aws: AwsClients, clock: FakeClock) -> None:
    await ledger.record_run(RUN)
    key = {"pk": {"S": "STORY#fern"}, "sk": {"S": f"RUN#{RUN.revision}"}}
    item = stored(aws, key["pk"]["S"], key["sk"]["S"])
    left = {"ledger": {"Keys": [key], "ConsistentRead": True}}
    with Stubber(aws.dynamodb) as stub:
        stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})
        stub.add_response(
            "batch_get_item", {"Responses": {"ledger": [item]}, "UnprocessedKeys": {}}, {"RequestItems": left}
        )
        admission = await ledger.admit(PAGE, sheets=[], route=ROUTE)
        stub.assert_no_pending_responses()
    assert admission.run == RUN
    assert clock.slept == [0.1]


async def test_keys_that_stay_unprocessed_are_an_unavailable_store(
    ledger: DynamoDbStoryLedger, aws: AwsClients
) -> None:
    left = {"ledger": {"Keys": [{"pk": {"S": "x"}, "sk": {"S": "y"}}]}}
    with Stubber(aws.dynamodb) as stub:
        for _ in range(5):
            stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})
        with pytest.raises(StoreUnavailableError):
            await ledger.admit(PAGE, sheets=[], route=ROUTE)


async def test_a_long_run_is_listed_over_several_pages(ledger: DynamoDbStoryLedger, aws: AwsClients) -> None:
    await ledger.claim(PAGE, claim_id="c", deadline=NOON, replacing=None)
    item = stored(aws, "STORY#fern", f"PICTURE#{RUN.revision}#page-001#0001")
    with Stubber(aws.dynamodb) as stub:
        stub.add_response("query", {"Items": [item], "LastEvaluatedKey": {"pk": item["pk"], "sk": item["sk"]}})
        stub.add_response("query", {"Items": [item]})
        assert len(await ledger.pictures(RUN)) == 2


# Lost answers and other databases


async def test_a_claim_whose_answer_was_lost_is_recognised(
    ledger: DynamoDbStoryLedger, lose_answers: Callable[[str], None]
) -> None:
    lose_answers("UpdateItem")
    with pytest.raises(StoreUnavailableError):
        await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    claim = await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    assert (claim.claim_id, claim.number) == ("c1", 1)


async def test_a_claim_that_the_client_sends_again_because_no_answer_came_is_given_once(
    ledger: DynamoDbStoryLedger, aws: AwsClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)  # botocore's wait before it retries
    sent = []

    def write_and_lose(request: Any, event_name: str, **_: object) -> Any:
        answer = botocore_stubber(event_name, request)
        sent.append(request)
        if len(sent) == 1:
            raise ReadTimeoutError(endpoint_url="http://dynamodb")
        return answer

    aws.dynamodb.meta.events.register_first("before-send.dynamodb.UpdateItem", write_and_lose)
    try:
        claim = await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    finally:
        aws.dynamodb.meta.events.unregister("before-send.dynamodb.UpdateItem", write_and_lose)
    assert (claim.number, len(sent)) == (1, 2)


async def test_a_displacement_whose_answer_was_lost_is_returned_again(
    ledger: DynamoDbStoryLedger, lose_answers: Callable[[str], None]
) -> None:
    newer = a_run("b" * 16, minute=1)
    await ledger.advance_head(RUN)
    lose_answers("UpdateItem")
    with pytest.raises(StoreUnavailableError):
        await ledger.advance_head(newer)
    assert (await ledger.advance_head(newer)).displaced == RUN.revision


async def test_an_item_that_the_database_does_not_return_is_read(ledger: DynamoDbStoryLedger, aws: AwsClients) -> None:
    decided = await ledger.decide(PAGE, DRAWN, decided_at=NOON)
    item = stored(aws, "STORY#fern", f"PICTURE#{RUN.revision}#page-001#0001")
    with Stubber(aws.dynamodb) as stub:
        stub.add_client_error("update_item", "ConditionalCheckFailedException")
        stub.add_response("get_item", {"Item": item})
        assert await ledger.decide(PAGE, DRAWN, decided_at=NOON) == decided


async def test_any_other_error_is_an_unavailable_store(ledger: DynamoDbStoryLedger, aws: AwsClients) -> None:
    with Stubber(aws.dynamodb) as stub:
        stub.add_client_error("update_item", "ValidationException")
        stub.add_client_error("put_item", "AccessDeniedException")
        with pytest.raises(StoreUnavailableError, match="ValidationException"):
            await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
        with pytest.raises(StoreUnavailableError, match="AccessDenied"):
            await ledger.record_run(RUN)
