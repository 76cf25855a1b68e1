"""Processes that do the same thing at the same moment, in rounds, and the writes that DynamoDB had in flight then.

They stay alive for all races. Every round starts at a barrier; within a round no process waits for another.
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

Action = Callable[..., Awaitable[Any]]


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
class Contender:
    """What an action gets: the process's number and its client, whose writes are recorded."""

    number: int
    client: DynamoDBClient
    writes: list[Write] = field(default_factory=list)

    def watch(self) -> None:
        """Record every write of the client."""
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
        # The fork server imports the modules once for all processes.
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

    def contend(self, action: Action, rounds: Sequence[Sequence[tuple[Any, ...]]]) -> list[Round]:
        """Let every process do `action(contender, *arguments)` at once, in each round with its own arguments.

        `rounds` holds, for each round, the arguments of each process. Raises RuntimeError with the traceback of a
        process whose action raised.
        """
        for number, end in enumerate(self._ends):
            end.send((action, [arguments[number] for arguments in rounds]))
        results = [end.recv() for end in self._ends]
        if failures := [report for report in results if isinstance(report, str)]:
            self._barrier.reset()
            # The other processes only report a broken barrier.
            cause = min(failures, key=lambda report: BrokenBarrierError.__name__ in report)
            raise RuntimeError(f"A contender failed:\n{cause}")
        return [
            Round(
                [found for found, _ in rounds_of_arguments],
                [write for _, writes in rounds_of_arguments for write in writes],
            )
            for rounds_of_arguments in zip(*results, strict=True)
        ]


def _contend(number: int, address: str, barrier: Barrier, end: Connection) -> None:
    """Run the actions that arrive on the pipe until it is closed."""
    contender = Contender(number, client_of(address))
    contender.watch()
    contender.client.list_tables()  # open the connection before the first round
    with asyncio.Runner() as runner, end:
        while True:
            try:
                action, rounds_of_arguments = end.recv()
            except EOFError:
                return
            try:
                report: object = [
                    _run_action(runner, action, contender, arguments, barrier) for arguments in rounds_of_arguments
                ]
            except Exception:  # noqa: BLE001 - the test raises it, with its traceback
                barrier.abort()
                report = traceback.format_exc()
            end.send(report)


def _run_action(
    runner: asyncio.Runner, action: Action, contender: Contender, arguments: tuple[Any, ...], barrier: Barrier
) -> tuple[object, list[Write]]:
    contender.writes.clear()
    barrier.wait(_ROUND_WITHIN_S)

    async def act() -> object:
        return await action(contender, *arguments)

    found = runner.run(act())
    return found, list(contender.writes)
