"""Endings are announced before they are confirmed, and again when a worker died in between."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from picturebook.entrypoints.input_refusal import refuse_input
from picturebook.errors import (
    ClaimRefusedError,
    InputRefusedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RetryLater,
    StoreUnavailableError,
)
from picturebook.events import Event, story_rejected
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.models.runs import Claim, RunEnding
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.runs.plan_store import read_plan
from tests.fakes.guard import FakeGuard
from tests.fakes.image_model import FakeImageModel
from tests.fakes.in_memory_message_queues import InMemoryRefusedInputQueue
from tests.fakes.picturebook_world import World
from tests.fakes.recording_event_publisher import RecordingEventPublisher
from tests.fakes.services import in_memory_services
from tests.fakes.stories import page, story
from tests.use_cases.test_draw_picture import claim_of_a_dead_worker, request

Answer = TypeVar("Answer")


class BusWithout(RecordingEventPublisher):
    """Fails, once, the publication that holds one type of event."""

    def __init__(self, detail_type: str) -> None:
        super().__init__()
        self._refused: str | None = detail_type

    async def publish(self, events: Sequence[Event]) -> None:
        if self._refused in {event.detail_type for event in events}:
            self._refused = None
            raise StoreUnavailableError("EventBridge is away")
        await super().publish(events)


def with_bus(world: World, bus: RecordingEventPublisher) -> World:
    world.events = bus
    world.use(event_publisher=bus)
    return world


@pytest.mark.parametrize("lost", ["StoryCompleted", "ImageCompleted"])
async def test_an_ending_whose_announcement_failed_is_announced_when_the_message_is_redelivered(lost: str) -> None:
    world = with_bus(World(), BusWithout(lost))
    run = await world.accept(story(characters=[], pages=[page(1)]))
    message = world.queue.messages[0]
    with pytest.raises(StoreUnavailableError):
        await world.draw(message)
    recorded = await world.ledger.find_run("lantern", run.revision)
    assert recorded is not None
    assert not recorded.is_confirmed, "an ending was confirmed before it was announced"
    await world.draw(message)
    assert world.published().count("StoryCompleted") == 1
    assert world.published().count("ImageCompleted") >= 1
    assert len(world.model.requests) == 1
    again = await world.ledger.find_run("lantern", run.revision)
    assert again is not None
    assert again.is_confirmed


async def test_an_ending_that_was_confirmed_is_not_announced_by_every_redelivery() -> None:
    world = World()
    await world.accept(story(characters=[], pages=[page(1)]))
    message = world.queue.messages[0]
    await world.draw(message)
    await world.draw(message)
    assert world.published().count("StoryCompleted") == 1


async def test_an_ending_is_decided_once_and_keeps_its_time() -> None:
    world = with_bus(World(), BusWithout("StoryCompleted"))
    run = await world.accept(story(characters=[], pages=[page(1)]))
    message = world.queue.messages[0]
    with pytest.raises(StoreUnavailableError):
        await world.draw(message)
    decided = await world.ledger.find_run("lantern", run.revision)
    world.clock.advance(3600)
    await world.draw(message)
    assert decided is not None
    assert world.events.of_type("StoryCompleted")[0].metadata.occurred_at == decided.decided_at


async def test_a_superseded_run_writes_no_book_over_the_newer_ones() -> None:
    world = World()
    await world.accept(story())
    new = await world.accept(story(title="The Second Lantern"), minute=5)
    assert "books/lantern/manifest.json" not in world.store.objects
    await world.run_until_quiet()
    manifest = json.loads(world.store.objects["books/lantern/manifest.json"].content)
    assert manifest["revision"] == new.revision


async def test_a_run_that_was_superseded_and_confirmed_is_not_announced_by_each_later_upload() -> None:
    world = World()
    await world.accept(story())
    await world.accept(story(title="Two"), minute=5)
    await world.accept(story(title="Two"), minute=6)
    assert world.published().count("StoryCancelled") == 1


async def test_a_revision_that_is_uploaded_again_is_the_newest_again() -> None:
    world = World()
    current = await world.accept(story(), minute=0)
    await world.accept(story(), minute=9)
    late = await world.accept(story(title="Late"), minute=5)
    assert [e.metadata.revision for e in world.events.of_type("StoryCancelled")] == [late.revision]
    await world.run_until_quiet()
    assert [e.metadata.revision for e in world.events.of_type("StoryCompleted")] == [current.revision]


async def test_the_plan_is_kept_before_the_run_exists() -> None:
    world = World()

    class LedgerThatDies(type(world.ledger)):  # type: ignore[misc]  # the fake of this very world
        async def record_run(self, run: object) -> object:
            raise StoreUnavailableError("DynamoDB is away")

    world.ledger = LedgerThatDies()
    world.use(ledger=world.ledger)
    with pytest.raises(StoreUnavailableError):
        await world.accept(story())
    assert [key for key in world.store.objects if key.endswith("plan.json")]


async def test_a_run_whose_plan_is_missing_is_reported_as_a_fault_of_ours() -> None:
    world = World()
    run = await world.accept(story())
    world.store.objects.clear()
    with pytest.raises(StoreUnavailableError, match=r"plan\.json is missing"):
        await read_plan(run, world.store)


async def test_the_books_page_finds_its_pictures_from_where_it_lies() -> None:
    world = World()
    run = await world.accept(story(characters=[], pages=[page(1)]))
    await world.run_until_quiet()
    html = world.store.objects["books/lantern/index.html"].content.decode()
    assert f'src="../../images/lantern/{run.revision}/page-001/derived/take-01-claim-01-web-' in html
    assert {part.role for part in world.manifest().pictures[0].derivatives} == {"web", "thumbnail"}
    for derived in world.manifest().pictures[0].derivatives:
        assert world.store.objects[derived.key].media_type == "image/webp"


async def test_refused_input_is_kept_before_it_is_announced() -> None:
    bus, kept = BusWithout("StoryRejected"), InMemoryRefusedInputQueue()
    error = InputRefusedError("is wrong", field="title", accepted="another")
    services = in_memory_services(refused_inputs=kept, event_publisher=bus)
    with pytest.raises(StoreUnavailableError):
        await refuse_input(error, "{}", origin="sqs:1", refusal_event=story_rejected, services=services)
    assert [one.raw for one in kept.kept] == ["{}"]


async def test_a_lost_call_that_may_not_be_paid_again_ends_the_picture_as_unknown() -> None:
    world = World()
    await claim_of_a_dead_worker(world, request().picture)
    deadline = world.clock.now() + timedelta(minutes=11)
    await world.ledger.claim(request().picture, claim_id="dead-2", deadline=deadline, replacing="dead", is_repay=True)
    world.clock.advance(12 * 60)
    await world.draw(request())
    failed = world.events.of_type("ImageFailed")[0].data
    assert failed["reason"] == "outcome_unknown"
    assert "cost_usd" not in failed
    assert world.model.requests == []


async def test_a_worker_that_loses_the_claim_to_an_ended_one_announces_that_ending() -> None:
    world = World()

    class LedgerOfTwo(type(world.ledger)):  # type: ignore[misc]  # the fake of this very world
        async def claim(self, *_: object, **__: object) -> Claim:
            await World.draw(other, request())
            raise ClaimRefusedError((await self.admit(request().picture, sheets=[], route="any")).record)

    other = World()
    other.store, other.events = world.store, world.events
    world.ledger = LedgerOfTwo()
    other.ledger = type(other.ledger)()
    shared = world.ledger
    shared.tables = other.ledger.tables
    await world.draw(request())
    assert world.model.requests == []
    assert len({event.metadata.event_id for event in world.events.of_type("ImageCompleted")}) == 1
    assert world.published().count("ImageCompleted") == 2


async def test_a_worker_that_loses_the_claim_to_an_active_one_waits_for_its_deadline() -> None:
    world = World()

    class LedgerWithRival(type(world.ledger)):  # type: ignore[misc]  # the fake of this very world
        async def admit(self, *args: object, **kwargs: object) -> object:
            admission = await super().admit(*args, **kwargs)
            await claim_of_a_dead_worker(world, request().picture)
            return admission

    world.ledger = LedgerWithRival()
    with pytest.raises(RetryLater) as retry_later:
        await world.draw(request())
    assert retry_later.value.seconds == 11 * 60


async def test_an_address_instead_of_bytes_is_no_picture_that_can_be_published() -> None:
    class Addressing(FakeImageModel):
        async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
            return DrawnImage(content=None, url="https://example.com/a.png", usage=None)

    world = World(painter=Addressing())
    await world.draw(request())
    failed = world.events.of_type("ImageFailed")[0].data
    assert failed["reason"] == "unusable_picture"
    assert "cost_usd" not in failed


async def test_every_event_of_a_run_carries_the_id_of_what_it_came_from() -> None:
    world = World()
    await world.accept(story())
    await world.run_until_quiet()
    (run_id,) = {event.metadata.correlation_id for event in world.events.events}
    assert run_id == "upload-1"
    assert RunEnding.COMPLETED.value in world.published()


async def test_a_route_that_never_failed_is_not_read_again_for_the_guard() -> None:
    world, guard = World(), FakeGuard()
    await world.draw(request(), replace(world.services, circuit_guard=guard))
    assert [call.circuit for call in guard.calls] == [Circuit("api.example/gpt-image-2")]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (ProviderUnavailableError("reset"), 30.0),
        (ProviderThrottledError("429", retry_after=0.0), 1.0),
    ],
)
async def test_a_message_never_comes_back_at_once(error: Exception, seconds: float) -> None:
    world = World(FakeImageModel(*[error] * 3))
    with pytest.raises(RetryLater) as retry_later:
        await world.draw(request())
    assert retry_later.value.seconds == seconds


async def test_a_sheet_that_went_missing_from_the_store_stops_its_pages_and_is_a_fault_of_ours() -> None:
    world = World()
    await world.accept(story(pages=[page(1, "Mira")]))
    for message in list(world.queue.messages):
        await world.draw(message)
    for key in [key for key in world.store.objects if "character-01" in key]:
        del world.store.objects[key]
    with pytest.raises(StoreUnavailableError, match="Mira is missing"):
        await world.draw(world.queue.messages[-1])
    assert len(world.model.requests) == 2


async def test_what_was_told_late_is_not_told_again() -> None:
    world = World()
    progress = ProgressPublisher(request(), BusWithout("ImageStarted"), world.clock)
    deadline = world.clock.now()
    await progress.claimed(Claim(claim_id="c", number=3, deadline=deadline))
    await progress.publish([])
    await progress.retrying(1, ProviderUnavailableError("503"), 2.0)
    bus = progress._publisher
    assert isinstance(bus, BusWithout)
    await progress.publish([])
    assert [(event.detail_type, event.data["attempt"]) for event in bus.events] == [
        ("ImageStarted", 3),
        ("ImageRetrying", 3),
    ]
