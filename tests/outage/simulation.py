"""An outage on a clock of the test's own: the functions' code, the fleet's circuit, a queue with SQS's rules.

Lambda is played by one loop: invocations that would run at once share the time that a picture takes.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from aws_lambda_powertools import Logger

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.adapters.sqs_message_visibility import SqsMessageVisibility
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.entrypoints.draw_function import make_draw_function
from picturebook.errors import ProviderUnavailableError
from picturebook.models.circuits import Transition
from picturebook.models.messages import DrawPageMessage
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.ports.mappings import MappingSetting, MappingStatus
from picturebook.services import Services
from picturebook.settings import DrawingSettings
from picturebook.use_cases.reconcile_mappings import MappingReconciler
from tests.fakes.clock import START, FakeClock
from tests.fakes.image_model import USAGE, picture
from tests.fakes.in_memory_mappings import InMemoryMappings
from tests.fakes.in_memory_route_register import InMemoryRouteRegister
from tests.fakes.picturebook_world import MODEL, World
from tests.fakes.services import InlineExecutor
from tests.fakes.sqs import FakeQueue
from tests.functions.conftest import Context

QUEUE, MAPPING, ROUTE = "picturebook-page", "mapping", f"api.example/{MODEL}"
SIZE = "1024x640"
CONCURRENCY = 10
DRAW_SECONDS = 20.0
# An invocation that only finds the circuit open.
LOOK_SECONDS = 0.1
# As infra/ has them.
VISIBILITY, MOST_RECEIVES, FRESH_AFTER = 3600.0, 80, 40
RECONCILE_EVERY = timedelta(minutes=1)
MAPPING_TAKES = timedelta(seconds=15)


class FailingService:
    """An image model that fails until `recovers_at`, and remembers when it was called."""

    def __init__(self, clock: FakeClock, recovers_at: datetime) -> None:
        self._clock = clock
        self._recovers_at = recovers_at
        self.failed_calls: list[datetime] = []
        self.drawn: dict[str, datetime] = {}
        self.drawn_twice = 0

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        assert timeout_seconds > 0
        if self._clock.now() < self._recovers_at:
            self.failed_calls.append(self._clock.now())
            raise ProviderUnavailableError("The image service failed (HTTP 503)", details={"status": 503})
        self.drawn_twice += request.prompt in self.drawn
        self.drawn[request.prompt] = self._clock.now()
        return DrawnImage(picture(SIZE), url=None, usage=USAGE)


class SeededRandomSource:
    """A RandomSource that repeats with its seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  jitter

    def new_id(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def fraction(self) -> float:
        return self._random.random()


@dataclass
class Outage:
    """Messages that wait while the service fails for `hours`; `is_reconciled` says whether the mapping is paused."""

    messages: int
    hours: float
    seed: int
    is_reconciled: bool = True
    receives: int = 0
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.recovers_at = START + timedelta(hours=self.hours)
        self.queue = FakeQueue(QUEUE, self.clock.now, VISIBILITY, MOST_RECEIVES)
        self.service = FailingService(self.clock, self.recovers_at)
        self._reconcile_at = self.clock.now()
        self.mappings = InMemoryMappings({MAPPING: MappingStatus(MappingSetting(True, CONCURRENCY))})
        self._circuits = InMemoryCircuitStore()
        self._reconciler = MappingReconciler(
            circuits=self._circuits,
            register=InMemoryRouteRegister(self.clock),
            mappings=self.mappings,
            mapping_ids=[MAPPING],
            concurrency=CONCURRENCY,
            default_route=ROUTE,
            clock=self.clock,
        )
        self._function = make_draw_function(
            DrawPageMessage,
            self._services(),
            DrawingSettings(MODEL),
            logger=Logger(service="outage", level="CRITICAL"),
        )
        for number in range(self.messages):
            self.queue.send_message(QueueUrl=QUEUE, MessageBody=json.dumps(_request(number)))

    def run(self) -> None:
        """Let time pass until no message is left."""
        try:
            while len(self.queue):
                if self.is_reconciled and self.clock.now() >= self._reconcile_at:
                    asyncio.run(self._reconcile())
                if not self._work_off_one():
                    self._wait_for_something(self._reconcile_at)
        finally:
            self._function.close()

    async def _reconcile(self) -> None:
        self._reconcile_at = self.clock.now() + RECONCILE_EVERY
        await self._reconciler.reconcile((await self._reconciler.read_circuits()).setting)

    async def _reconcile_soon(self, _moved: Transition) -> None:
        """The event of a circuit invokes the reconciler, and a mapping takes a while to stop."""
        self._reconcile_at = min(self._reconcile_at, self.clock.now() + MAPPING_TAKES)

    def _work_off_one(self) -> bool:
        setting = self.mappings.kept[MAPPING].setting
        message = self.queue.receive() if setting.is_enabled else None
        if message is None:
            return False
        self.receives += 1
        before = len(self.service.drawn)
        event: dict[str, Any] = {"Records": [self.queue.record(message)]}
        response = self._function.handle(event, cast("Any", Context()))
        if not response["batchItemFailures"]:
            self.queue.delete(message.message_id)
        seconds = DRAW_SECONDS if len(self.service.drawn) > before else LOOK_SECONDS
        self.clock.advance(seconds / (setting.concurrency or CONCURRENCY))
        return True

    def _wait_for_something(self, reconcile_at: datetime) -> None:
        setting = self.mappings.kept[MAPPING].setting
        visible = self.queue.next_visible() if setting.is_enabled else None
        moments = [moment for moment in (visible, reconcile_at if self.is_reconciled else None) if moment]
        if moments:
            self.clock.advance(max(0.001, (min(moments) - self.clock.now()).total_seconds()))

    def _services(self) -> Services:
        world = World(painter=self.service)
        world.clock = self.clock
        world.ledger = InMemoryStoryLedger(self._circuits.peek)
        world.random_source = random_source = SeededRandomSource(self.seed)
        world.guard = CircuitBreaker(
            self._circuits, clock=self.clock, random_source=random_source, on_transition=self._reconcile_soon
        )
        # Inline, as the queue only plays with numbers: handing each call to a thread took most of the time.
        visibility = SqsMessageVisibility(cast("Any", self.queue), fresh_after=FRESH_AFTER, executor=InlineExecutor())
        world.use(message_visibility=visibility)
        return world.services


def _request(number: int) -> dict[str, object]:
    return {
        "schema_version": "1.0",
        "request_id": f"waits-{number:05d}",
        "style": "soft watercolour",
        "page": {"page_number": 1, "text": f"The boat waits for the tide, {number}."},
        "size": SIZE,
    }
