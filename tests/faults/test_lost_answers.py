"""A write is made and its answer lost, for every write of every way: one effect, and nothing is bought twice.

Once with a client that sends its request again, so that a write meets its own effect; and once with one that has given
up, so that the message is redelivered.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from moto.core.models import botocore_stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.errors import OutcomeUnknownError, ProviderThrottledError, ProviderUnavailableError
from tests.fakes.aws_tables import create_tables
from tests.fakes.cloud_world import VISIBILITY, BillingModel, CloudWorld
from tests.fakes.stories import MIRA, page, story

TABLES = ("ledger", "circuits")
# Of each way, in one run of the suite: every place takes two seconds.
MOST_KINDS = 5
Way = Callable[[CloudWorld], Awaitable[None]]


class LosesAnswer:
    """Makes write number `number` and loses its answer. `written` lists the expressions of all writes, in order."""

    def __init__(self, aws: AwsClients, number: int, *, for_good: bool) -> None:
        self._events = aws.dynamodb.meta.events
        self._number = number
        self._for_good = for_good
        self._must_raise = False
        self.written: list[str] = []

    @contextmanager
    def at_work(self) -> Iterator[LosesAnswer]:
        hooks: list[tuple[str, Callable[..., Any]]] = []
        for operation in ("PutItem", "UpdateItem", "DeleteItem"):
            hooks.append((f"before-send.dynamodb.{operation}", self._send))
            hooks.append((f"after-call.dynamodb.{operation}", self._after_call))
        for name, hook in hooks:
            self._events.register_first(name, hook)
        try:
            yield self
        finally:
            for name, hook in hooks:
                self._events.unregister(name, hook)

    @property
    def has_struck(self) -> bool:
        return len(self.written) >= self._number

    def _send(self, request: Any, event_name: str, **_: object) -> Any:
        answer = botocore_stubber(event_name, request)
        if answer and answer.status_code == 200:  # a condition that failed wrote nothing
            self.written.append(request.body.decode())
            if len(self.written) == self._number:
                if not self._for_good:
                    raise ReadTimeoutError(endpoint_url="http://dynamodb")
                self._must_raise = True
        return answer

    def _after_call(self, **_: object) -> None:
        if self._must_raise:
            self._must_raise = False
            raise ReadTimeoutError(endpoint_url="http://dynamodb")


def unavailable() -> ProviderUnavailableError:
    return ProviderUnavailableError("HTTP 503", details={"status": 503})


async def a_whole_story(world: CloudWorld) -> None:
    await world.persistently(lambda: world.accept(story(characters=[MIRA], pages=[page(1), page(2, "Mira")])))
    await world.run_until_quiet()


async def a_story_through_an_outage(world: CloudWorld) -> None:
    """Failures open the circuit, a probe fails, another one closes it; then the service asks for less."""
    await world.persistently(lambda: world.accept(story(characters=[], pages=[page(1)])))
    await world.run_until_quiet()


async def a_story_with_a_lost_call_and_a_person(world: CloudWorld) -> None:
    """One page is held and paid again, one is held and given up; then one is redrawn, and another edition cancelled."""
    fields: dict[str, Any] = {"characters": [], "pages": [page(1), page(2)], "on_unknown": "hold"}
    await world.persistently(lambda: world.accept(story(**fields)))
    await world.run_until_quiet()
    await _have(world, "resolves", action="resolve", decision="repay", picture_id="page-001")
    await _have(world, "gives up", action="resolve", decision="fail", picture_id="page-002")
    await _have(world, "redraws", action="redraw", picture_id="page-001")
    await world.persistently(lambda: world.accept(story(**fields, title="Another"), minute=1))
    await _have(world, "cancels", action="cancel")


async def _have(world: CloudWorld, command_id: str, **fields: Any) -> None:
    await world.persistently(lambda: world.command(command_id=command_id, story_id="lantern", **fields))
    await world.run_until_quiet()


async def a_story_with_a_maximum(world: CloudWorld) -> None:
    """A lost call is paid again from what the story's maximum leaves."""
    fields: dict[str, Any] = {"characters": [], "pages": [page(1)], "max_cost_usd": 5.0}
    await world.persistently(lambda: world.accept(story(**fields)))
    await world.run_until_quiet()


async def a_story_whose_messages_are_lost(world: CloudWorld) -> None:
    """The sweep finds it quiet for too long, and sends its pictures again."""
    await world.persistently(lambda: world.accept(story(characters=[], pages=[page(1), page(2)])))
    world.queue.messages.clear()
    for _ in range(3):
        world.clock.advance(2.5 * VISIBILITY.total_seconds())
        await world.persistently(world.sweep)
        await world.run_until_quiet()


LOST = OutcomeUnknownError("read timeout")
SLOWER = ProviderThrottledError("HTTP 429", generation_step="api_call", retry_after=1.0)
# The way, what the service does on it, and by which attributes a write is known that must be among its writes.
WAYS: dict[str, tuple[Way, tuple[Exception | None, ...], tuple[str, ...]]] = {
    "whole": (a_whole_story, (), ("#claim_id = :claim_id", "#outcome", "#ending", "#rank", "#next_at", "#starts")),
    "outage": (
        a_story_through_an_outage,
        (*(unavailable() for _ in range(6)), SLOWER),
        ("#window_failures", "HALF_OPEN", "#failures"),
    ),
    "person": (
        a_story_with_a_lost_call_and_a_person,
        (LOST, LOST),
        ("#held_until", "#permitted_by", "opened_by", "REMOVE #held_at", "#displaced", ":held_claim"),
    ),
    "maximum": (a_story_with_a_maximum, (LOST,), ("#spare_usd", "#repays")),
    "sweep": (a_story_whose_messages_are_lost, (), ("#moved_at = :known",)),
}


async def lived(aws: AwsClients, way: str, number: int, *, for_good: bool) -> tuple[CloudWorld, LosesAnswer]:
    for table in aws.dynamodb.list_tables()["TableNames"]:
        aws.dynamodb.delete_table(TableName=table)
    create_tables(aws.dynamodb)
    walk, script, _ = WAYS[way]
    # The marks of starts are all alike: one way has them, and the others are the shorter for it.
    world = CloudWorld(aws, BillingModel(*script), is_marked=way == "whole")
    with LosesAnswer(aws, number, for_good=for_good).at_work() as loss:
        await walk(world)
    return world, loss


def kind_of(written: str) -> str:
    """Return what kind of write a request is: its expressions, or what a whole item consists of."""
    request = json.loads(written)
    return f"{request.get('UpdateExpression') or sorted(request['Item'])} {request.get('ConditionExpression')}"


def places(written: Sequence[str]) -> Sequence[tuple[int, bool]]:
    """Return which answers are to be lost, counted from 1, and whether for good: one of some kinds of write.

    Which kinds, which one of a kind, and how, is chosen at random; pytest-randomly prints the seed. All of them, when
    that is requested, take minutes.
    """
    if os.environ.get("PICTUREBOOK_EXHAUSTIVE"):
        return [(number, for_good) for number in range(1, len(written) + 1) for for_good in (False, True)]
    of_a_kind: dict[str, list[int]] = {}
    for number, text in enumerate(written, start=1):
        of_a_kind.setdefault(kind_of(text), []).append(number)
    kinds = random.sample(list(of_a_kind.values()), min(MOST_KINDS, len(of_a_kind)))
    chosen = sorted(random.choice(numbers) for numbers in kinds)  # noqa: S311  can be repeated
    return [(number, random.random() < 0.5) for number in chosen]  # noqa: S311  as above


@pytest.mark.parametrize("way", WAYS)
async def test_whichever_write_loses_its_answer_the_story_is_the_same_and_nothing_is_bought_twice(
    aws: AwsClients, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)  # botocore's wait before it retries
    undisturbed, writes = await lived(aws, way, 10**6, for_good=False)
    for known_by in WAYS[way][2]:
        assert any(known_by in text for text in writes.written), f"no write with {known_by} on this way"
    for number, for_good in places(writes.written):
        world, loss = await lived(aws, way, number, for_good=for_good)
        where = f"answer {number} was lost{' for good' * for_good}: {writes.written[number - 1]}"
        assert loss.has_struck, where
        assert world.facts() == undisturbed.facts(), where
        assert sorted(world.bill.billed) == sorted(undisturbed.bill.billed), where
