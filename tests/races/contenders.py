"""Processes that do one thing at one moment, round after round, and what DynamoDB had in flight meanwhile.

They stay alive for all races. Every round begins at a barrier; nobody waits for anybody else within one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import TYPE_CHECKING, Any

from tests.races.dynamodb_local.server import client_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONTENDERS = 16
# A safety net, should a process hang.
_ROUND_WITHIN_S = 300.0
_READS = ("GetItem", "BatchGetItem", "Query")

Deed = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Write:
    """A write as its sender saw it: when it left and when it was answered (monotonic seconds, one clock for all)."""

    sent: float
    answered: float
    is_refused: bool

    def meets(self, other: Write) -> bool:
        """Say whether both were in flight at one time."""
        return self.sent < other.answered and other.sent < self.answered


@dataclass(frozen=True, slots=True)
class Round:
    """What the processes found in one round, in order of their numbers, and their writes."""

    found: Sequence[Any]
    writes: Sequence[Write]

    @property
    def refused(self) -> int:
        """How many writes found their condition failing."""
        return sum(write.is_refused for write in self.writes)

    @property
    def collided(self) -> int:
        """How many writes were in flight together with one that was made."""
        made = [write for write in self.writes if not write.is_refused]
        return sum(any(other is not write and write.meets(other) for other in made) for write in self.writes)


@dataclass(frozen=True, slots=True)
class Player:
    """What a deed gets: the process's number and its client, whose writes are noted."""

    number: int
    client: DynamoDBClient
    writes: list[Write] = field(default_factory=list)

    def watch(self) -> None:
        """Note every write of the client."""
        sent = 0.0

        def leave(**_: object) -> None:
            nonlocal sent
            sent = time.monotonic()

        def arrive(*, event_name: str, parsed_response: Any = None, **_: object) -> None:
            if event_name.rpartition(".")[2] not in _READS:
                code = (parsed_response or {}).get("Error", {}).get("Code")
                is_refused = code == "ConditionalCheckFailedException"
                self.writes.append(Write(sent, time.monotonic(), is_refused))

        self.client.meta.events.register("before-send.dynamodb", leave)
        self.client.meta.events.register("response-received.dynamodb", arrive)


class Contenders:
    """The processes. Leaving the block ends them."""

    def __init__(self, address: str) -> None:
        # A server that has imported everything once hands out processes that need not do it again.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, "tests.races.circuit_actions", "tests.races.ledger_actions"])
        self._barrier = context.Barrier(CONTENDERS)
        self._ends: list[Connection] = []
        self._processes = []
        for number in range(CONTENDERS):
            ours, theirs = context.Pipe()
            arguments = (number, address, self._barrier, theirs)
            process = context.Process(target=_contend, args=arguments, name=f"contender-{number}", daemon=True)
            process.start()
            theirs.close()
            self._ends.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Contenders:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.join(_ROUND_WITHIN_S)

    def contend(self, deed: Deed, rounds: Sequence[Sequence[tuple[Any, ...]]]) -> list[Round]:
        """Let every process do `deed(player, *arguments)` at once, in each round with its own arguments.

        `rounds` holds, for each round, the arguments of each process. Raises RuntimeError with the traceback of a
        process whose deed raised.
        """
        for number, end in enumerate(self._ends):
            end.send((deed, [arguments[number] for arguments in rounds]))
        played = [end.recv() for end in self._ends]
        if failures := [report for report in played if isinstance(report, str)]:
            self._barrier.reset()
            # The others only saw the barrier break.
            cause = min(failures, key=lambda report: BrokenBarrierError.__name__ in report)
            raise RuntimeError(f"A contender failed:\n{cause}")
        return [
            Round([found for found, _ in turns], [write for _, writes in turns for write in writes])
            for turns in zip(*played, strict=True)
        ]


def _contend(number: int, address: str, barrier: Barrier, end: Connection) -> None:
    """Do what the other end of the pipe asks for until it is closed."""
    player = Player(number, client_of(address))
    player.watch()
    player.client.list_tables()  # so that the first round does not begin with a connection for some
    with asyncio.Runner() as runner, end:
        while True:
            try:
                deed, turns = end.recv()
            except EOFError:
                return
            try:
                report: object = [_take_turn(runner, deed, player, arguments, barrier) for arguments in turns]
            except Exception:  # noqa: BLE001 - the test raises it, with its traceback
                barrier.abort()
                report = traceback.format_exc()
            end.send(report)


def _take_turn(
    runner: asyncio.Runner, deed: Deed, player: Player, arguments: tuple[Any, ...], barrier: Barrier
) -> tuple[object, list[Write]]:
    player.writes.clear()
    barrier.wait(_ROUND_WITHIN_S)

    async def act() -> object:
        return await deed(player, *arguments)

    found = runner.run(act())
    return found, list(player.writes)
