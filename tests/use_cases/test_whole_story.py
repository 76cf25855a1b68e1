"""The way of a whole story, in memory: from acceptance to exactly one ending."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

import pytest

from picturebook.book.manifest import Manifest
from picturebook.errors import (
    ImageProcessingError,
    InputRefusedError,
    PromptRefusedError,
    ProviderUnavailableError,
    StoreUnavailableError,
)
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import RunEnding
from tests.fakes.image_model import COST, FakeImageModel
from tests.fakes.in_memory_message_queues import InMemoryDrawQueue
from tests.fakes.picturebook_world import World
from tests.fakes.stories import MIRA, TOCK, page, story

PICTURES = 5  # two characters, three pages


async def test_characters_are_drawn_before_the_pages_they_are_on() -> None:
    world = World()
    await world.accept(story())
    order = [message.picture.picture_id for message in await world.run_until_quiet()]
    assert sorted(order) == ["character-01", "character-02", "page-001", "page-002", "page-003"]
    assert order.index("page-002") > order.index("character-01")
    assert order.index("page-003") > max(order.index("character-01"), order.index("character-02"))


async def test_a_page_without_characters_does_not_wait() -> None:
    world = World()
    await world.accept(story())
    first = [message.picture.picture_id for message in world.queue.messages]
    assert first == ["character-01", "character-02", "page-001"]


async def test_a_page_is_drawn_after_the_sheets_of_those_on_it_in_the_order_of_the_page() -> None:
    world = World()
    run = await world.accept(story(pages=[page(1, "Tock", "Mira")]))
    await world.run_until_quiet()
    references = world.model.requests[2].references
    folder = f"images/lantern/{run.revision}"
    keys = [f"{folder}/character-{number:02d}/take-01-claim-01.png" for number in (2, 1)]
    assert [reference.content for reference in references] == [world.store.objects[key].content for key in keys]


async def test_a_story_ends_once_with_its_manifest_its_page_and_what_it_cost() -> None:
    world = World()
    run = await world.accept(story())
    await world.run_until_quiet()
    completed = world.events.of_type("StoryCompleted")
    assert len(completed) == 1
    assert completed[0].data["pictures_drawn"] == PICTURES
    assert Decimal(str(completed[0].data["cost_usd"])) == PICTURES * Decimal(COST)
    manifest = Manifest.model_validate_json(world.store.objects["books/lantern/manifest.json"].content)
    assert manifest.drawn == PICTURES
    assert [p.page_number for p in manifest.pictures if p.kind == "page"] == [1, 2, 3]
    assert b"The Lantern" in world.store.objects["books/lantern/index.html"].content
    recorded = await world.ledger.find_run("lantern", run.revision)
    assert recorded is not None
    assert recorded.is_confirmed
    assert recorded.ending is RunEnding.COMPLETED


async def test_progress_only_grows_and_ends_at_all_pictures() -> None:
    world = World()
    await world.accept(story())
    await world.run_until_quiet()
    settled = [event.data["settled"] for event in world.events.of_type("StoryProgressed")]
    assert settled == [1, 2, 3, 4, 5]


async def test_the_same_revision_again_is_announced_again_and_buys_nothing() -> None:
    world = World()
    await world.accept(story())
    await world.run_until_quiet()
    bought = len(world.model.requests)
    await world.accept(story(), minute=5)
    await world.run_until_quiet()
    assert len(world.model.requests) == bought
    ids = {event.metadata.event_id for event in world.events.of_type("StoryCompleted")}
    assert len(world.events.of_type("StoryCompleted")) == 2
    assert len(ids) == 1


async def test_another_revision_ends_the_older_run_as_superseded_and_is_drawn() -> None:
    world = World()
    old = await world.accept(story())
    new = await world.accept(story(title="The Second Lantern"), minute=5)
    await world.run_until_quiet()
    cancelled = world.events.of_type("StoryCancelled")
    assert [(e.metadata.revision, e.data["reason"]) for e in cancelled] == [(old.revision, "superseded")]
    assert [e.metadata.revision for e in world.events.of_type("StoryCompleted")] == [new.revision]
    assert len(world.model.requests) == PICTURES


async def test_an_older_upload_that_arrives_later_ends_as_superseded_and_buys_nothing() -> None:
    world = World()
    new = await world.accept(story(title="The Second Lantern"), minute=5)
    old = await world.accept(story(), minute=0)
    await world.run_until_quiet()
    assert [e.metadata.revision for e in world.events.of_type("StoryCancelled")] == [old.revision]
    assert [e.metadata.revision for e in world.events.of_type("StoryCompleted")] == [new.revision]
    assert len(world.model.requests) == PICTURES


async def test_a_superseded_revision_does_not_displace_the_current_one_when_its_notice_comes_again() -> None:
    world = World()
    await world.accept(story())
    new = await world.accept(story(title="The Second Lantern"), minute=5)
    await world.accept(story(), minute=9)
    await world.run_until_quiet()
    assert [e.metadata.revision for e in world.events.of_type("StoryCompleted")] == [new.revision]


async def test_a_sheet_that_is_refused_ends_its_pages_with_that_reason_and_no_others() -> None:
    world = World(FakeImageModel(PromptRefusedError("Refused.")))
    await world.accept(story(pages=[page(1), page(2, "Mira"), page(3, "Tock")]))
    await world.run_until_quiet()
    reasons = {e.data["picture_id"]: e.data["reason"] for e in world.events.of_type("ImageFailed")}
    assert reasons == {"character-01": "refused_by_moderation", "page-002": "sheet_not_drawn"}
    drawn = {e.data["picture_id"] for e in world.events.of_type("ImageCompleted")}
    assert drawn == {"character-02", "page-001", "page-003"}
    assert world.published()[-1] == "StoryPartiallyCompleted"


async def test_a_story_of_which_nothing_can_be_drawn_fails() -> None:
    refusals = [PromptRefusedError("Refused.") for _ in range(3)]
    world = World(FakeImageModel(*refusals))
    await world.accept(story(characters=[], pages=[page(1), page(2), page(3)]))
    await world.run_until_quiet()
    assert world.published()[-1] == "StoryFailed"
    failed = world.events.of_type("StoryFailed")[0]
    assert failed.data["pictures_drawn"] == 0
    assert Decimal(str(failed.data["cost_usd"])) == 0


class QueueThatIsAwayOnce(InMemoryDrawQueue):
    """Fails the first sending, as SQS may, or as a crash before it would."""

    def __init__(self) -> None:
        super().__init__()
        self._is_away = True

    async def send(self, messages: Sequence[AnyDrawMessage]) -> None:
        if self._is_away:
            self._is_away = False
            raise StoreUnavailableError("SQS is away")
        await super().send(messages)


async def test_a_plan_that_was_recorded_but_not_queued_is_queued_when_its_message_comes_again() -> None:
    world = World(queue=QueueThatIsAwayOnce())
    with pytest.raises(StoreUnavailableError):
        await world.accept(story())
    await world.accept(story())
    await world.run_until_quiet()
    assert world.published()[-1] == "StoryCompleted"
    assert len(world.model.requests) == PICTURES


async def test_a_model_that_is_not_on_sale_is_refused_before_anything_is_recorded() -> None:
    world = World()
    with pytest.raises(InputRefusedError) as refused:
        await world.accept(story(model="gpt-image-9"))
    assert refused.value.field == "model"
    assert "gpt-image-2" in refused.value.accepted
    assert refused.value.story_id == "lantern"
    assert world.store.objects == {}
    assert world.events.events == []


async def test_a_worst_case_above_the_budget_is_refused_with_the_estimate() -> None:
    world = World()
    with pytest.raises(InputRefusedError) as refused:
        await world.accept(story(max_cost_usd=0.01))
    assert refused.value.field == "max_cost_usd"
    assert refused.value.reason == "over_budget"
    assert world.events.events == []


async def test_an_unknown_cost_is_said_to_be_unknown_and_never_zero() -> None:
    world = World(FakeImageModel(ImageProcessingError("The answer is HTML.")))
    await world.accept(story(characters=[], pages=[page(1), page(2)]))
    await world.run_until_quiet()
    assert world.events.of_type("StoryPartiallyCompleted")[0].data["cost_usd"] == "unknown"


async def test_events_of_one_story_can_be_told_apart_by_their_ids() -> None:
    world = World(FakeImageModel(ProviderUnavailableError("503")))
    await world.accept(story())
    await world.run_until_quiet()
    ids = [event.metadata.event_id for event in world.events.events]
    assert len(set(ids)) == len(ids)
    assert all(json.dumps(event.model_dump(mode="json")) for event in world.events.events)
    assert {MIRA["name"], TOCK["name"]} <= {e.data.get("character") for e in world.events.of_type("ImageCompleted")}
