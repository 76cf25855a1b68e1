"""Waiting is no failure, a lost call is paid again once, and nothing outside a plan is bought."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.catalogue import Catalogue
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.errors import (
    InputRefusedError,
    OutcomeUnknownError,
    PromptRefusedError,
    ProviderAccountError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RetryLater,
    StoreUnavailableError,
)
from picturebook.events import Event
from picturebook.models.messages import DrawPageMessage, PageContent
from picturebook.models.pictures import DrawnImage, ImageRequest, PictureRef
from picturebook.models.runs import Claim
from tests.fakes.clock import FakeRandomSource
from tests.fakes.image_model import FakeImageModel, picture
from tests.fakes.picturebook_world import MODEL, World
from tests.fakes.recording_event_publisher import RecordingEventPublisher
from tests.fakes.stories import page, story
from tests.use_cases.test_draw_picture import request
from tests.use_cases.test_whole_story import QueueThatIsAwayOnce


async def draw_until_ended(world: World, **arguments: object) -> str:
    """Draw one request through all of its redeliveries; return the last event's type."""
    world.queue.messages.append(request(**arguments))
    await world.run_until_quiet()
    return world.published()[-1]


@pytest.mark.parametrize(
    "error",
    [ProviderThrottledError("429", retry_after=20.0), ProviderAccountError("quota")],
    ids=["throttled", "quota spent"],
)
async def test_however_often_a_picture_must_wait_it_is_drawn_in_the_end(error: Exception) -> None:
    assert await draw_until_ended(World(FakeImageModel(*[error] * 40))) == "ImageCompleted"


async def test_an_outage_of_six_hours_costs_waiting_and_not_the_picture() -> None:
    world = World()
    circuits = InMemoryCircuitStore()
    world.ledger = InMemoryStoryLedger(circuit_of=circuits.peek)
    over = world.clock.now() + timedelta(hours=6)

    class Down(FakeImageModel):
        async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
            if world.clock.now() < over:
                raise ProviderUnavailableError("503", details={"status": 503})
            return await super().draw(request, timeout_seconds=timeout_seconds)

    world.painter = Down()
    breaker = CircuitBreaker(circuits, clock=world.clock, random_source=FakeRandomSource())
    world.guard = breaker
    while True:
        try:
            await world.draw(request())
            break
        except RetryLater as retry_later:
            world.clock.advance(retry_later.seconds)
    assert world.published()[-1] == "ImageCompleted"
    assert world.clock.now() - over < timedelta(minutes=15)


class HangingOnce(FakeImageModel):
    """Takes all the time there is with its first call."""

    world: World

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        if not self.requests:
            self.requests.append(request)
            self.world.clock.advance(timeout_seconds)
            raise OutcomeUnknownError("read timeout")
        return await super().draw(request, timeout_seconds=timeout_seconds)


async def test_a_call_that_hung_for_the_whole_invocation_is_paid_again_by_a_later_one() -> None:
    model = HangingOnce()
    model.world = world = World(model)
    assert await draw_until_ended(world) == "ImageCompleted"
    assert len(model.requests) == 2
    assert world.clock.monotonic() > 600, "it was paid again before the first call could no longer answer"


async def test_the_cost_of_a_picture_with_a_lost_call_is_unknown_and_the_call_is_said_to_be_at_risk() -> None:
    world = World(FakeImageModel(OutcomeUnknownError("lost")))
    await world.accept(story(characters=[], pages=[page(1)]))
    await world.run_until_quiet()
    completed = world.events.of_type("ImageCompleted")[0].data
    assert "cost_usd" not in completed
    assert completed["lost_calls"] == 1
    assert world.events.of_type("StoryCompleted")[0].data["cost_usd"] == "unknown"


async def test_a_bus_that_hangs_holds_no_paid_bytes_back() -> None:
    world = World()
    stored = asyncio.Event()
    given_up: list[str] = []

    class RecordingStore(InMemoryImageStore):
        async def write_once(self, key: str, content: bytes, *, media_type: str) -> bool:
            stored.set()
            return await super().write_once(key, content, media_type=media_type)

    class Slow(RecordingEventPublisher):
        async def publish(self, events: Sequence[Event]) -> None:
            if events[0].detail_type == "ImageStarted":
                try:
                    await stored.wait()
                except asyncio.CancelledError:
                    given_up.append("ImageStarted")
                    raise
            await super().publish(events)

    world.events, world.store = Slow(), RecordingStore()
    world.use(event_publisher=world.events, image_store=world.store)
    await world.draw(request())
    assert given_up == [], "the bytes waited for the bus until the bus was given up"
    assert world.published() == ["ImageStarted", "ImageCompleted"]


class BusThatIsAwayOnce(RecordingEventPublisher):
    def __init__(self) -> None:
        super().__init__()
        self._is_away = True

    async def publish(self, events: Sequence[Event]) -> None:
        if self._is_away:
            self._is_away = False
            raise StoreUnavailableError("EventBridge is away")
        await super().publish(events)


@pytest.mark.parametrize(
    "script", [[], [ProviderThrottledError("429", retry_after=3600.0)]], ids=["drawn", "retry later"]
)
async def test_what_the_bus_did_not_take_is_published_once_later(script: list[Exception]) -> None:
    world = World(FakeImageModel(*script))
    world.events = BusThatIsAwayOnce()
    world.use(event_publisher=world.events)
    await draw_until_ended(world)
    attempts = [event.data["attempt"] for event in world.events.of_type("ImageStarted")]
    assert attempts == list(range(1, len(script) + 2))


class LedgerThatGoesAway(InMemoryStoryLedger):
    """Fails the claims of the given numbers; with `after_writing`, only their answers are lost."""

    def __init__(self, *numbers: int, after_writing: bool = False) -> None:
        super().__init__()
        self._numbers = numbers
        self._after_writing = after_writing
        self._calls = 0

    async def claim(self, picture: PictureRef, **arguments: object) -> Claim:
        self._calls += 1
        if self._calls in self._numbers and not self._after_writing:
            raise StoreUnavailableError("DynamoDB is away")
        claim = await super().claim(picture, **arguments)  # type: ignore[arg-type]  # passed on
        if self._calls in self._numbers:
            raise StoreUnavailableError("the answer was lost")
        return claim


async def test_a_claim_whose_answer_was_lost_is_recognised_and_paid_once() -> None:
    world = World()
    world.ledger = LedgerThatGoesAway(1, after_writing=True)
    await world.draw(request())
    assert world.published()[-1] == "ImageCompleted"
    assert len(world.model.requests) == 1
    record = (await world.ledger.admit(request().picture, sheets=[], route="any")).record
    assert (record.attempts, record.repays) == (1, 0)


async def test_an_unbilled_claim_is_given_back_when_the_next_one_cannot_be_written() -> None:
    world = World(FakeImageModel(ProviderUnavailableError("reset")))
    world.ledger = LedgerThatGoesAway(2, 3)
    with pytest.raises(StoreUnavailableError):
        await world.draw(request(on_unknown="hold"))
    await world.draw(request(on_unknown="hold"))
    assert world.published()[-1] == "ImageCompleted"


async def test_bytes_that_meet_an_older_life_in_the_store_are_kept_beside_it() -> None:
    world = World()
    await world.draw(request())
    world.ledger = InMemoryStoryLedger()
    new = picture("1024x640", "a new life")
    world.model = world.painter = FakeImageModel(new)
    await world.draw(request())
    key = str(world.events.of_type("ImageCompleted")[-1].data["key"])
    assert world.store.objects[key].content == new
    assert len(world.originals()) == 2


def foreign(world: World, **arguments: object) -> DrawPageMessage:
    """Return a message of the world's run that its plan does not hold."""
    content = PageContent(page_number=9, text="Art for free.")
    base = {"schema_version": "1.0", "run": world.queue.messages[0].run, "style": "ink", "size": "1024x640"}
    return DrawPageMessage.model_validate({**base, "page": content, **arguments})


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"picture_id": "zzz"}, "picture_id"), ({"picture_id": "page-001", "take": 2}, "take")],
)
async def test_a_message_that_is_not_in_its_runs_plan_buys_nothing(fields: dict[str, object], field: str) -> None:
    world = World(FakeImageModel(PromptRefusedError("no")))
    await world.accept(story(characters=[], pages=[page(1), page(2)]))
    with pytest.raises(InputRefusedError) as refused:
        await world.draw(foreign(world, **fields))
    assert refused.value.field == field
    assert world.model.requests == []
    await world.run_until_quiet()
    assert world.published()[-1] == "StoryPartiallyCompleted"


async def test_a_run_ends_also_when_a_deployment_takes_its_model_away() -> None:
    world = World()
    await world.accept(story(characters=[], pages=[page(1)], model=MODEL))
    full = world.services.catalogue
    world.use(catalogue=Catalogue({"gpt-image-2.6-flare": full.spec("gpt-image-2.6-flare")}, {}))
    await world.run_until_quiet()
    assert world.events.of_type("ImageFailed")[0].data["reason"] == "refused_input"
    assert world.published()[-1] == "StoryFailed"
    assert world.model.requests == []


async def test_a_run_keeps_the_options_with_which_it_was_accepted() -> None:
    world = World(queue=QueueThatIsAwayOnce())
    with pytest.raises(StoreUnavailableError):
        await world.accept(story())
    await world.accept(story(), default_model="gpt-image-2.6-flare")
    await world.run_until_quiet()
    assert {asked.model for asked in world.model.requests} == {MODEL}
