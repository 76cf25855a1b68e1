"""A fleet of instances, each a process of its own as each Lambda environment is, at work in one scenario."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Literal

from benchmarks.circuit_breakers.contestants import CIRCUITS, LEDGER, ROUTE, contestant
from benchmarks.circuit_breakers.hastened_time import HastenedTime
from benchmarks.circuit_breakers.services import Answer, Service
from tests.races.dynamodb_local.server import client_of

_TABLES: Mapping[str, Sequence[tuple[str, Literal["HASH", "RANGE"]]]] = {
    CIRCUITS: [("id", "HASH")],
    LEDGER: [("pk", "HASH"), ("sk", "RANGE")],
}
_HEAD_START_S = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """What an instance does: call after call from `starts_at` on, until its time or its calls are used up.

    A refused call is tried again after `pause`, or not at all. `speed` says how much faster time passes.
    """

    service: Service
    speed: float
    instances: int = 20
    starts_at: float = 0.0
    ends_at: float = 1e9
    most_calls: int = 1_000_000
    pause: float = 5.0
    stops_when_refused: bool = False
    invocation_seconds: float = 180.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made, and paid for."""

    instance: int
    began: float
    ended: float
    failed: bool


@dataclass(slots=True)
class Seen:
    """What instances saw: calls, transitions of the circuit (when, to which state), refusals, requests by purpose."""

    calls: list[Call] = field(default_factory=list)
    moves: list[tuple[float, str]] = field(default_factory=list)
    refusals: list[tuple[int, float]] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    state_at_the_end: str = "CLOSED"

    def first(self, state: str, *, after: float = 0.0) -> float | None:
        """Return when the circuit first changed to a state, or None."""
        return min((at for at, moved_to in self.moves if moved_to == state and at >= after), default=None)


def work(address: str, name: str, plans: Sequence[Plan]) -> Seen:
    """Run one instance per plan with the breaker of that name, on a new circuit."""
    _make_tables(address)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    ends: list[Connection] = []
    for number, plan in enumerate(plans):
        ours, theirs = context.Pipe()
        context.Process(target=_instance, args=(number, address, name, plan, theirs), daemon=True).start()
        theirs.close()
        ends.append(ours)
    for end in ends:
        end.recv()  # it is ready
    started_at = time.monotonic() + _HEAD_START_S
    for end in ends:
        end.send(started_at)
    seen = Seen()
    for end in ends:
        theirs_seen: Seen = end.recv()
        seen.calls += theirs_seen.calls
        seen.moves += theirs_seen.moves
        seen.refusals += theirs_seen.refusals
        seen.requests += theirs_seen.requests
    item = client_of(address).get_item(TableName=CIRCUITS, Key={"id": {"S": ROUTE}}).get("Item", {})
    seen.state_at_the_end = item.get("state", {"S": "CLOSED"})["S"]
    return seen


def _instance(number: int, address: str, name: str, plan: Plan, end: Connection) -> None:
    logging.getLogger("picturebook").setLevel(logging.ERROR)  # the transitions are what is measured
    client_of(address).list_tables()  # the first request loads modules
    end.send("ready")
    clock = HastenedTime(end.recv(), plan.speed)
    seen = Seen()

    def note(state: str) -> None:
        seen.moves.append((clock.monotonic(), state))

    ours = {"instances": plan.instances, "invocation_seconds": plan.invocation_seconds}
    with contestant(name, address, clock, note, **ours) as breaker:
        clock.block(plan.starts_at - clock.monotonic())
        while clock.monotonic() < plan.ends_at and len(seen.calls) < plan.most_calls:
            begun: list[tuple[float, Answer]] = []

            def begin(begun: list[tuple[float, Answer]] = begun) -> Answer:
                now = clock.monotonic()
                begun.append((now, plan.service(number, len(seen.calls), now)))
                return begun[0][1]

            if breaker.attempt(begin):
                ((began, answer),) = begun
                seen.calls.append(Call(number, began, began + answer.seconds, answer.fails))
                continue
            seen.refusals.append((number, clock.monotonic()))
            if plan.stops_when_refused:
                break
            clock.block(plan.pause)
        seen.requests = breaker.requests
    end.send(seen)


def _make_tables(address: str) -> None:
    client = client_of(address)
    for name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    for name, keys in _TABLES.items():
        client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
            BillingMode="PAY_PER_REQUEST",
        )
