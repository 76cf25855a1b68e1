"""A world whose tables are DynamoDB's (moto's), with the real breaker and rate limiter, and redelivery.

A worker that cannot reach a table fails as a function does: its message is redelivered later, and handled again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_attempt_markers import DynamoDbAttemptMarkers
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_ledger_maintenance import DynamoDbLedgerMaintenance
from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.errors import RetryLater, StoreUnavailableError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.rate_limiting.fleet_rate_limiter import FleetRateLimiter
from picturebook.recovery.poison_message_detector import FIRST_MARKED_RECEIVE, Suspicion, watch_attempt
from picturebook.services import Services
from picturebook.use_cases.sweep_stories import sweep_stories
from tests.fakes.clock import FakeRandomSource
from tests.fakes.image_model import FakeImageModel
from tests.fakes.in_memory_queue_ages import InMemoryQueueAges
from tests.fakes.picturebook_world import World

Answer = TypeVar("Answer")

# When a message whose handling failed is redelivered; seconds.
COMES_AGAIN_AFTER = 60.0
VISIBILITY = timedelta(hours=1)


class BillingModel(FakeImageModel):
    """An image model that keeps a bill: `billed` has the prompts that were paid for. `before_each` looks on."""

    def __init__(self, *script: Exception | bytes | None) -> None:
        super().__init__(*script)
        self.billed: list[str] = []
        self.before_each: Callable[[], None] = lambda: None

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        self.before_each()
        image = await super().draw(request, timeout_seconds=timeout_seconds)
        self.billed.append(request.prompt)
        return image


class CloudWorld(World):
    """Its tables must have been created. With `is_marked`, starts are marked from a message's first receive on."""

    def __init__(self, aws: AwsClients, model: BillingModel, *, is_marked: bool = True) -> None:
        super().__init__(model)
        dynamodb = aws.dynamodb
        self.bill = model
        self.random_source = FakeRandomSource()  # one for all, as no two claims and no two eras have one id
        self.circuits = DynamoDbCircuitStore(dynamodb, "circuits")
        self.marks = DynamoDbAttemptMarkers(dynamodb, "ledger", clock=self.clock)
        self.receives: Counter[str] = Counter()
        self._receives_before = FIRST_MARKED_RECEIVE - 1 if is_marked else 0
        self.rate_limiter = FleetRateLimiter(
            DynamoDbRateLimitStore(dynamodb, "circuits"),
            clock=self.clock,
            random_source=self.random_source,
            images_per_minute=60,
        )
        self.guard = CircuitBreaker(self.circuits, clock=self.clock, random_source=self.random_source)
        self.use(
            ledger=DynamoDbStoryLedger(dynamodb, "ledger", circuit_table="circuits", clock=self.clock),
            ledger_maintenance=DynamoDbLedgerMaintenance(dynamodb, "ledger"),
            rate_limiter=self.rate_limiter,
            circuit_store=self.circuits,
            queue_ages=InMemoryQueueAges(VISIBILITY),
        )

    async def draw(self, message: AnyDrawMessage, services: Services | None = None) -> None:
        name = message.picture.model_dump_json()
        self.receives[name] += 1
        receive = self._receives_before + self.receives[name]
        async with watch_attempt(self.marks, name, receive=receive) as suspicion:
            assert suspicion is Suspicion.NONE
            await super().draw(message, services)

    async def persistently(self, step: Callable[[], Awaitable[Answer]]) -> Answer:
        """Take the step until no store is away, as a person who sends the message again would."""
        for _ in range(100):
            try:
                return await step()
            except StoreUnavailableError:
                self.clock.advance(COMES_AGAIN_AFTER)
        raise AssertionError("a store stays away")

    async def run_until_quiet(self) -> list[AnyDrawMessage]:
        done: list[AnyDrawMessage] = []
        while self.queue.messages:
            message = self.queue.messages.pop(0)
            try:
                await self.draw(message)
                done.append(message)
            except RetryLater as retry_later:
                self.clock.advance(retry_later.seconds)
                self.queue.messages.append(message)
            except StoreUnavailableError:
                self.clock.advance(COMES_AGAIN_AFTER)
                self.queue.messages.append(message)
        return done

    async def sweep(self) -> None:
        await sweep_stories(self.services, deadline=self.clock.now() + timedelta(seconds=120))

    def facts(self) -> list[tuple[str, str]]:
        """Return the events that subscribers count, each id once, except progress: by type and picture, sorted.

        A step of progress may be skipped: a worker that settles a picture again announces the story's current progress.
        """
        by_id = {event.metadata.event_id: event for event in self.events.events}
        return sorted(
            (event.detail_type, str(event.data.get("picture_id") or event.metadata.revision))
            for event in by_id.values()
            if event.detail_type not in _STEPS
        )


_STEPS = {"ImageStarted", "ImageRetrying", "StoryProgressed"}
