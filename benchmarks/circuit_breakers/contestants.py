"""The two breakers, each as an instance of a fleet uses it: one call at a time, made by the breaker or refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    CircuitTransition,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence

from benchmarks.circuit_breakers.hastened_time import HastenedTime
from benchmarks.circuit_breakers.services import Answer
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.adapters.system_clock import SystemRandomSource
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.errors import CircuitOpenError, ProviderUnavailableError
from picturebook.models.circuits import Circuit, Transition
from picturebook.models.pictures import PictureRef
from tests.races.dynamodb_local.server import client_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROUTE = "openai/gpt-image-2"
CIRCUITS = "circuits"
LEDGER = "ledger"

Begin = Callable[[], Answer]
Note = Callable[[str], None]


class Contestant(Protocol):
    """One instance's breaker."""

    requests: Counter[str]

    def attempt(self, begin: Begin) -> bool:
        """Make one call, unless the circuit refuses it; return whether it was made. The call calls `begin` first."""
        ...


class _ServiceFailedError(Exception):
    """The call failed."""


class Powertools:
    """Powertools' breaker with the defaults, which its documentation calls a valid production configuration."""

    def __init__(self, address: str, time: HastenedTime, note: Note) -> None:
        self.requests: Counter[str] = Counter()
        client = _counted(client_of(address), self.requests, "breaker")

        def record(transition: CircuitTransition) -> None:
            note(transition.to_state.value)

        @circuit_breaker(
            name=ROUTE,
            persistence_store=CircuitBreakerDynamoDBPersistence(CIRCUITS, boto3_client=client),
            config=CircuitBreakerConfig(),
            on_transition=record,
        )
        def draw(begin: Begin) -> None:
            answer = begin()
            time.block(answer.seconds)
            if answer.fails:
                raise _ServiceFailedError

        self._draw = draw

    def attempt(self, begin: Begin) -> bool:
        """Call through the decorator."""
        try:
            self._draw(begin)
        except CircuitBreakerOpenError:
            return False
        except _ServiceFailedError:
            pass
        return True


class Ours:
    """Our breaker with its defaults.

    As in production, the read that admits a picture returns the circuit too, and the invocation's deadline bounds a
    probe's lease. With `reads_itself` the breaker reads the circuit itself, as for callers without a ledger.
    """

    def __init__(
        self,
        address: str,
        time: HastenedTime,
        note: Note,
        *,
        instances: int,
        invocation_seconds: float,
        reads_itself: bool = False,
    ) -> None:
        self.requests: Counter[str] = Counter()
        self._time = time
        self._invocation = timedelta(seconds=invocation_seconds)
        self._reads_itself = reads_itself
        self._runner = asyncio.Runner()

        async def record(transition: Transition) -> None:
            note(transition.after.state.value)

        self._breaker = CircuitBreaker(
            DynamoDbCircuitStore(_counted(client_of(address), self.requests, "breaker"), CIRCUITS),
            clock=time,
            random_source=SystemRandomSource(),
            on_transition=record,
            instances_seen=lambda _route: instances,
        )
        admission = _counted(client_of(address), self.requests, "admit")
        self._ledger = DynamoDbStoryLedger(admission, LEDGER, circuit_table=CIRCUITS, clock=time)

    def attempt(self, begin: Begin) -> bool:
        """Admit a picture and draw it."""
        try:
            self._runner.run(self._draw(begin))
        except CircuitOpenError:
            return False
        except ProviderUnavailableError:
            pass
        return True

    async def _draw(self, begin: Begin) -> None:
        async def call() -> None:
            answer = begin()
            await self._time.sleep(answer.seconds)
            if answer.fails:
                raise ProviderUnavailableError("503")

        deadline = self._time.now() + self._invocation
        circuit = None if self._reads_itself else await self._admitted()
        await self._breaker.call(ROUTE, call, circuit=circuit, deadline=deadline)

    async def _admitted(self) -> Circuit:
        picture = PictureRef(request_id="measure", picture_id="character")
        return (await self._ledger.admit(picture, sheets=[], route=ROUTE)).circuit or Circuit(ROUTE)


@contextmanager
def contestant(name: str, address: str, time: HastenedTime, note: Note, **ours: float) -> Iterator[Contestant]:
    """Make the breaker of that name on the clock `time`. `ours` are arguments that only our breaker takes."""
    if name == "powertools":
        with time.for_powertools():
            yield Powertools(address, time, note)
    else:
        yield Ours(
            address,
            time,
            note,
            instances=int(ours["instances"]),
            invocation_seconds=ours["invocation_seconds"],
            reads_itself=name == "ours, reading itself",
        )


def _counted(client: DynamoDBClient, requests: Counter[str], purpose: str) -> DynamoDBClient:
    def count(**_: object) -> None:
        requests[purpose] += 1

    client.meta.events.register("before-send.dynamodb", count)
    return client
