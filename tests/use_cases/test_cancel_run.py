"""Cancel truly cancels: nothing is bought after it is seen, nothing that was paid for is lost, one ending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from picturebook.errors import (
    InputRefusedError,
    OutcomeUnknownError,
    PromptRefusedError,
    ProviderUnavailableError,
    RetryLater,
    StoreUnavailableError,
)
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.models.runs import Run
from tests.fakes.failing_stores import CrashAt
from tests.fakes.image_model import FakeImageModel, picture
from tests.fakes.picturebook_world import World
from tests.fakes.stories import page, story

ONE_PAGE: dict[str, object] = {"characters": [], "pages": [page(1)]}


async def cancel(world: World, **fields: Any) -> None:
    await world.command(action="cancel", story_id="lantern", **fields)


async def found(world: World, run: Run) -> Run:
    recorded = await world.ledger.find_run(run.story_id, run.revision)
    assert recorded
    return recorded


async def test_a_cancelled_story_ends_once_and_buys_nothing_more() -> None:
    world = World()
    run = await world.accept(story())
    for _ in range(2):
        await cancel(world)
    await world.run_until_quiet()
    assert world.model.requests == []
    published = world.events.of_type("StoryCancelled")
    assert {event.metadata.event_id for event in published} == {published[0].metadata.event_id}
    assert (published[0].data["reason"], published[0].metadata.revision) == ("cancelled", run.revision)
    assert (await found(world, run)).is_confirmed
    assert "books/lantern/manifest.json" not in world.store.objects


async def test_what_was_drawn_before_is_kept() -> None:
    world = World()
    await world.accept(story(characters=[], pages=[page(1), page(2)]))
    await world.draw(world.queue.messages.pop(0))
    await cancel(world)
    await world.run_until_quiet()
    assert len(world.model.requests) == 1
    assert world.events.of_type("StoryCancelled")[0].data["pictures_drawn"] == 1
    assert [key for key in world.store.objects if key.startswith("images/")]


class CancellingModel(FakeImageModel):
    """Has the story cancelled while it draws its first picture."""

    world: World

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        if not self.requests:
            await cancel(self.world)
        return await super().draw(request, timeout_seconds=timeout_seconds)


def cancelling(*script: Exception | None) -> World:
    model = CancellingModel(*script)
    model.world = world = World(model)
    return world


async def test_a_picture_that_is_being_drawn_is_stored_recorded_and_announced() -> None:
    world = cancelling()
    run = await world.accept(story(characters=[], pages=[page(1), page(2)]))
    await world.run_until_quiet()
    assert len(world.model.requests) == 1
    (completed,) = world.events.of_type("ImageCompleted")
    assert str(completed.data["key"]) in world.store.objects
    assert world.published().count("StoryCancelled") == 1
    assert "StoryCompleted" not in world.published()
    assert (await found(world, run)).open_pictures == {"page-002"}


async def test_the_last_picture_of_a_cancelled_story_does_not_end_it_again() -> None:
    world = cancelling()
    await world.accept(story(**ONE_PAGE))
    await world.run_until_quiet()
    assert [name for name in world.published() if name.startswith("Story")] == [
        "StoryAccepted",
        "StoryCancelled",
        "StoryProgressed",
    ]
    assert "books/lantern/manifest.json" not in world.store.objects


async def test_a_retry_in_a_running_invocation_is_not_made_after_the_story_was_cancelled() -> None:
    world = cancelling(ProviderUnavailableError("reset"))
    run = await world.accept(story(**ONE_PAGE))
    await world.run_until_quiet()
    assert len(world.model.requests) == 1
    record = (await world.ledger.admit(run.picture("page-001"), sheets=[], route="any")).record
    assert (record.claim, record.outcome, record.attempts) == (None, None, 1)
    assert world.published()[-1] in {"StoryCancelled", "ImageRetrying"}


async def test_a_lost_call_of_a_cancelled_story_is_not_paid_again_and_its_money_is_said_to_be_at_risk() -> None:
    world = cancelling(OutcomeUnknownError("read timeout"))
    await world.accept(story(**ONE_PAGE))
    await world.run_until_quiet()
    assert len(world.model.requests) == 1
    failed = world.events.of_type("ImageFailed")[0].data
    assert failed["reason"] == "outcome_unknown"
    assert "cancelled" in str(failed["explanation"])
    assert world.events.of_type("StoryCancelled")[0].data["cost_usd"] == "unknown"


async def test_one_look_per_retry_and_none_before_the_first_try() -> None:
    world = World(FakeImageModel(ProviderUnavailableError("reset"), ProviderUnavailableError("reset")))
    await world.accept(story(**ONE_PAGE))
    looks: list[str] = []

    class Looking(type(world.ledger)):  # type: ignore[misc]  # the fake of this very world
        async def find_run(self, story_id: str, revision: str) -> object:
            looks.append(revision)
            return await super().find_run(story_id, revision)

    ledger = Looking()
    ledger.tables = world.ledger.tables
    world.ledger = ledger
    await world.run_until_quiet()
    assert (len(looks), len(world.model.requests)) == (2, 3)


async def test_a_picture_that_a_crash_left_in_the_store_is_kept_although_the_story_was_cancelled() -> None:
    world = World()
    run = await world.accept(story(**ONE_PAGE))
    message = world.queue.messages[0]
    deadline = world.clock.now() + timedelta(minutes=11)
    await world.ledger.claim(message.picture, claim_id="dead", deadline=deadline, replacing=None)
    await cancel(world)
    with pytest.raises(RetryLater):
        await world.draw(message)
    key = f"images/lantern/{run.revision}/page-001/take-01-claim-01.png"
    await world.store.write_once(key, picture("1024x640", "before the crash"), media_type="image/png")
    world.clock.advance(12 * 60)
    await world.draw(message)
    assert world.events.of_type("ImageCompleted")[0].data["key"] == key
    assert world.model.requests == []


async def test_cancelling_a_story_that_has_ended_changes_nothing_and_announces_its_ending_again() -> None:
    world = World()
    run = await world.accept(story(**ONE_PAGE))
    await world.run_until_quiet()
    ended = await found(world, run)
    await cancel(world)
    assert await found(world, run) == ended
    published = world.events.of_type("StoryCompleted")
    assert len(published) == 2
    assert published[0] == published[1]
    assert "StoryCancelled" not in world.published()


async def test_an_older_revision_is_cancelled_by_its_name() -> None:
    world = World()
    old = await world.accept(story(**ONE_PAGE))
    new = await world.accept(story(title="Two", **ONE_PAGE), minute=5)
    await cancel(world, revision=old.revision)
    assert (await found(world, new)).ending is None
    assert {e.metadata.revision for e in world.events.of_type("StoryCancelled")} == {old.revision}


@pytest.mark.parametrize(
    ("command", "field", "reason"),
    [
        ({"story_id": "unknown"}, "story_id", "unknown_story"),
        ({"story_id": "lantern", "revision": "0" * 16}, "revision", "unknown_run"),
    ],
)
async def test_a_story_or_a_revision_that_was_never_accepted_is_refused(
    command: dict[str, Any], field: str, reason: str
) -> None:
    world = World()
    await world.accept(story())
    with pytest.raises(InputRefusedError) as refused:
        await world.command(action="cancel", **command)
    assert (refused.value.field, refused.value.reason) == (field, reason)


async def test_a_sheet_that_ends_after_the_cancellation_sends_no_pages() -> None:
    world = cancelling()
    await world.accept(story(pages=[page(1, "Mira")]))
    mira, _tock = world.queue.messages
    world.queue.messages.clear()
    await world.draw(mira)
    assert "ImageCompleted" in world.published()
    assert world.queue.messages == []


@pytest.mark.parametrize("after_acting", [False, True], ids=["before", "after"])
async def test_a_crash_at_any_point_of_cancelling_loses_nothing(after_acting: bool) -> None:
    for number in range(1, 40):
        world = World(FakeImageModel(PromptRefusedError("no")))
        run = await world.accept(story(characters=[], pages=[page(1), page(2)]))
        await world.draw(world.queue.messages.pop(0))
        crash = CrashAt(number, after_acting=after_acting)
        for _ in range(2):
            try:
                await world.command(action="cancel", story_id="lantern", services=crash.services(world.services))
                break
            except StoreUnavailableError:
                world.clock.advance(360)
        assert len({e.metadata.event_id for e in world.events.of_type("StoryCancelled")}) == 1
        ended = await found(world, run)
        assert (ended.ending_reason, ended.is_confirmed) == ("cancelled", True)
        assert world.events.of_type("StoryCancelled")[0].metadata.occurred_at == ended.decided_at
        if not crash.has_struck:
            assert number > 5
            return
    pytest.fail("it never went through")


async def test_of_a_last_picture_and_a_cancellation_at_once_one_decides_the_ending() -> None:
    world = World()
    run = await world.accept(story(**ONE_PAGE))

    class LedgerWithCanceller(type(world.ledger)):  # type: ignore[misc]  # the fake of this very world
        async def pictures(self, run: Run) -> object:
            if not (await found(world, run)).ending:
                await world.command(action="cancel", story_id="lantern", services=replace(world.services, ledger=plain))
            return await super().pictures(run)

    plain = world.ledger
    ledger = LedgerWithCanceller()
    ledger.tables = plain.tables
    world.ledger = ledger
    await world.run_until_quiet()
    assert (await found(world, run)).ending_reason == "cancelled"
    assert "StoryCompleted" not in world.published()
