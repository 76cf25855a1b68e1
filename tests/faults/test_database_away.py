"""DynamoDB is away for ten minutes, from whichever request of a story on: no unclaimed paid call, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from picturebook.adapters.aws_clients import AwsClients
from picturebook.errors import ProviderUnavailableError
from tests.fakes.aws_tables import create_tables
from tests.fakes.clock import FakeClock
from tests.fakes.cloud_world import COMES_AGAIN_AFTER, BillingModel, CloudWorld
from tests.fakes.stories import MIRA, page, story

AWAY = timedelta(minutes=10)
UNAVAILABLE = ProviderUnavailableError("HTTP 503", details={"status": 503})


class Database:
    """Counts requests, and from number `goes_at` on answers none for ten minutes of the clock."""

    def __init__(self, aws: AwsClients, clock: FakeClock, goes_at: int) -> None:
        self._events = aws.dynamodb.meta.events
        self._clock = clock
        self._goes_at = goes_at
        self._back_at: datetime | None = None
        self.requests = 0
        self.refused = 0
        self.claims = 0

    @contextmanager
    def at_work(self) -> Iterator[Database]:
        self._events.register_first("before-send.dynamodb", self._before_send)
        self._events.register_first("after-call.dynamodb.UpdateItem", self._after_update)
        try:
            yield self
        finally:
            self._events.unregister("before-send.dynamodb", self._before_send)
            self._events.unregister("after-call.dynamodb.UpdateItem", self._after_update)

    def _before_send(self, request: Any, **_: object) -> None:
        self.requests += 1
        if self.requests == self._goes_at:
            self._back_at = self._clock.now() + AWAY
        if self._back_at and self._clock.now() < self._back_at:
            self.refused += 1
            raise EndpointConnectionError(endpoint_url=request.url)
        self._sent = json.loads(request.body)

    def _after_update(self, http_response: Any, **_: object) -> None:
        is_claim = "#claim_id = :claim_id, #claim_deadline" in self._sent.get("UpdateExpression", "")
        self.claims += is_claim and http_response.status_code == 200


async def lived(aws: AwsClients, goes_at: int) -> tuple[CloudWorld, Database]:
    """Let a story be illustrated whose first call fails; no call may be made that no claim precedes."""
    for table in aws.dynamodb.list_tables()["TableNames"]:
        aws.dynamodb.delete_table(TableName=table)
    create_tables(aws.dynamodb)
    world = CloudWorld(aws, BillingModel(UNAVAILABLE))

    def check_that_it_is_claimed() -> None:
        assert database.claims >= len(world.bill.requests) + 1, "a call without a claim of its own"

    world.bill.before_each = check_that_it_is_claimed
    with Database(aws, world.clock, goes_at).at_work() as database:
        await world.persistently(lambda: world.accept(story(characters=[MIRA], pages=[page(1), page(2, "Mira")])))
        await world.run_until_quiet()
    return world, database


async def test_whenever_the_database_goes_no_call_is_unclaimed_and_every_picture_is_bought_once(
    aws: AwsClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)  # botocore's wait before it retries
    undisturbed, database = await lived(aws, goes_at=10**6)
    assert (len(undisturbed.bill.billed), database.claims) == (3, 4)
    for goes_at in range(1, database.requests + 1):
        world, away = await lived(aws, goes_at)
        where = f"the database went at request {goes_at} of {database.requests}"
        assert away.refused, where
        assert world.facts() == undisturbed.facts(), where
        assert sorted(world.bill.billed) == sorted(undisturbed.bill.billed), where
        assert max(world.receives.values()) <= AWAY.total_seconds() / COMES_AGAIN_AFTER + 3, where
