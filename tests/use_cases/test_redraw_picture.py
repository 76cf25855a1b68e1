"""A person wants another take: bought once, drawn like any picture, shown in the book, and never a second ending."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from picturebook.catalogue import Catalogue
from picturebook.errors import InputRefusedError, PromptRefusedError, StoreUnavailableError
from picturebook.models.messages import MOST_TAKES, DrawPageMessage
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.models.runs import PictureRecord, Run
from tests.fakes.failing_stores import CrashAt
from tests.fakes.image_model import FakeImageModel
from tests.fakes.picturebook_world import World
from tests.fakes.stories import page, story
from tests.runs.test_budget import accepted

TWO_PAGES: dict[str, object] = {"characters": [], "pages": [page(1), page(2)]}


async def redraw(world: World, picture_id: str = "page-001", **fields: Any) -> None:
    await world.command(action="redraw", **{"story_id": "lantern", "picture_id": picture_id, **fields})


async def finished(*script: Exception | bytes | None, **fields: object) -> tuple[World, Run]:
    world = World(FakeImageModel(*script))
    run = await world.accept(story(**(fields or TWO_PAGES)))
    await world.run_until_quiet()
    return world, run


def shown(world: World) -> dict[str, tuple[int, str | None]]:
    return {one.picture_id: (one.take, one.key) for one in world.manifest().pictures}


async def test_a_redrawn_picture_takes_the_place_of_the_old_one_in_the_book() -> None:
    world, run = await finished()
    before = world.manifest()
    await redraw(world)
    await world.run_until_quiet()
    key = f"images/lantern/{run.revision}/page-001/take-02-claim-01.png"
    assert shown(world)["page-001"] == (2, key)
    assert (before.version, world.manifest().version) == (1, 2)
    assert "derived/take-02-claim-01-web-" in world.store.objects["books/lantern/index.html"].content.decode()
    completed = world.events.of_type("ImageCompleted")[-1].data
    assert (completed["take"], completed["key"]) == (2, key)
    assert before.cost_usd is not None
    assert world.manifest().cost_usd == before.cost_usd * 3 / 2


async def test_a_redraw_is_no_second_ending_and_no_progress() -> None:
    world, _ = await finished()
    before = [name for name in world.published() if name.startswith("Story")]
    await redraw(world)
    await world.run_until_quiet()
    assert [name for name in world.published() if name.startswith("Story")] == before
    assert world.published()[-2:] == ["ImageStarted", "ImageCompleted"]


async def test_each_command_draws_one_take_and_its_redelivery_none() -> None:
    world, _ = await finished()
    for command_id in ("command-1", "command-2"):
        for _ in range(3):
            await redraw(world, command_id=command_id)
            await world.run_until_quiet()
    assert len(world.model.requests) == 4
    assert shown(world)["page-001"][0] == 3
    assert world.manifest().version == 3


async def test_a_redraw_that_fails_loses_no_picture() -> None:
    world, run = await finished(None, None, PromptRefusedError("no"))
    await redraw(world)
    await world.run_until_quiet()
    failed = world.events.of_type("ImageFailed")[0].data
    assert (failed["take"], failed["reason"]) == (2, "refused_by_moderation")
    assert shown(world)["page-001"] == (1, f"images/lantern/{run.revision}/page-001/take-01-claim-01.png")
    assert world.published().count("StoryCompleted") == 1


async def test_a_picture_that_failed_can_be_drawn_after_all_and_the_ending_stays() -> None:
    world, _ = await finished(PromptRefusedError("no"))
    await redraw(world)
    await world.run_until_quiet()
    assert world.manifest().drawn == 2
    assert world.manifest().ending == "StoryPartiallyCompleted"
    assert [name for name in world.published() if name.startswith("Story")].count("StoryPartiallyCompleted") == 1


async def test_the_takes_of_sheets_are_in_the_message() -> None:
    world, _ = await finished(pages=[page(1, "Mira", "Tock")])
    await redraw(world, "character-01")
    await world.run_until_quiet()
    await redraw(world, "page-001", command_id="command-2")
    (message,) = world.queue.messages
    assert isinstance(message, DrawPageMessage)
    assert [(one.picture_id, one.take) for one in message.characters] == [("character-01", 2), ("character-02", 1)]
    await world.run_until_quiet()
    sheet = world.store.objects[str(shown(world)["character-01"][1])].content
    assert world.model.requests[-1].references[0].content == sheet
    assert "take-02" in str(shown(world)["character-01"][1])


async def test_a_sheet_whose_redraw_failed_is_followed_as_it_was() -> None:
    world, _ = await finished(None, None, None, PromptRefusedError("no"), pages=[page(1, "Mira")])
    await redraw(world, "character-01")
    await world.run_until_quiet()
    await redraw(world, "page-001", command_id="command-2")
    (message,) = world.queue.messages
    assert isinstance(message, DrawPageMessage)
    assert message.characters[0].take == 1
    await world.run_until_quiet()
    assert world.published()[-1] == "ImageCompleted"


async def test_redrawing_a_sheet_draws_no_page_anew() -> None:
    world, _ = await finished(pages=[page(1, "Mira")])
    asked = len(world.model.requests)
    await redraw(world, "character-01")
    await world.run_until_quiet()
    assert len(world.model.requests) == asked + 1


async def test_a_settled_picture_can_be_redrawn_while_the_story_goes_on() -> None:
    world = World()
    run = await world.accept(story(**TWO_PAGES))
    await world.draw(world.queue.messages.pop(0))
    await redraw(world)
    later, take_2 = world.queue.messages
    await world.draw(take_2)
    assert "books/lantern/manifest.json" not in world.store.objects
    await world.draw(later)
    assert shown(world)["page-001"][0] == 2
    assert world.published().count("StoryCompleted") == 1
    assert run.revision == world.manifest().revision


async def test_a_picture_that_is_still_being_drawn_is_not_redrawn() -> None:
    world = World()
    await world.accept(story(**TWO_PAGES))
    with pytest.raises(InputRefusedError, match="still being drawn"):
        await redraw(world)
    await world.run_until_quiet()
    await redraw(world, command_id="command-2")
    with pytest.raises(InputRefusedError, match="still being drawn"):
        await redraw(world, command_id="command-3")
    await world.run_until_quiet()
    assert len(world.model.requests) == 3


async def test_a_picture_that_the_plan_does_not_have_is_refused_with_those_it_has() -> None:
    world, _ = await finished()
    with pytest.raises(InputRefusedError) as refused:
        await redraw(world, "page-009")
    assert refused.value.field == "picture_id"
    assert refused.value.accepted == "one of page-001, page-002"


async def test_a_cancelled_story_is_not_redrawn_and_that_is_said() -> None:
    world = World()
    await world.accept(story(**TWO_PAGES))
    await world.draw(world.queue.messages.pop(0))
    await world.command(action="cancel", story_id="lantern")
    with pytest.raises(InputRefusedError, match="was cancelled"):
        await redraw(world)


async def test_a_take_that_was_opened_before_the_cancellation_is_not_bought_after_it() -> None:
    world = World()
    await world.accept(story(**TWO_PAGES))
    await world.draw(world.queue.messages.pop(0))
    await redraw(world)
    await world.command(action="cancel", story_id="lantern")
    await redraw(world)
    await world.run_until_quiet()
    assert len(world.model.requests) == 1


async def test_an_older_revision_is_not_redrawn_as_the_book_is_the_newer_ones() -> None:
    world, old = await finished()
    new = await world.accept(story(title="Two", **TWO_PAGES), minute=5)
    with pytest.raises(InputRefusedError) as refused:
        await redraw(world, revision=old.revision)
    assert refused.value.field == "revision"
    assert new.revision in refused.value.accepted


async def test_a_take_that_ends_after_a_newer_revision_came_leaves_that_ones_book_alone() -> None:
    world, _ = await finished()
    await redraw(world)
    (take_2,) = world.queue.messages
    world.queue.messages.clear()
    new = await world.accept(story(title="Two", **TWO_PAGES), minute=5)
    await world.run_until_quiet()
    await world.draw(take_2)
    assert world.events.of_type("ImageCompleted")[-1].data["take"] == 2
    assert world.manifest().revision == new.revision


async def test_a_page_whose_character_has_no_sheet_is_not_redrawn_unanchored() -> None:
    world, _ = await finished(PromptRefusedError("no"), pages=[page(1, "Mira")])
    with pytest.raises(InputRefusedError) as refused:
        await redraw(world, "page-001")
    assert refused.value.accepted == "character-01 first"
    assert "Mira" in refused.value.problem


async def test_a_page_can_be_drawn_once_its_missing_sheet_was() -> None:
    world, _ = await finished(PromptRefusedError("no"), pages=[page(1, "Mira")])
    for number, wished in enumerate(["character-01", "page-001"]):
        await redraw(world, wished, command_id=f"command-{number}")
        await world.run_until_quiet()
    assert world.manifest().drawn == 3


async def test_a_take_that_was_not_opened_is_not_drawn() -> None:
    world, _ = await finished()
    await redraw(world)
    (message,) = world.queue.messages
    with pytest.raises(InputRefusedError) as refused:
        await world.draw(message.model_copy(update={"take": 3}))
    assert refused.value.field == "take"
    assert len(world.model.requests) == 2


async def test_a_new_take_is_charged_once_and_not_opened_when_it_cannot_be_paid() -> None:
    world = World()
    run = await accepted(world, spare="0.05")
    await world.run_until_quiet()
    for _ in range(2):
        await redraw(world)
    await world.run_until_quiet()
    with pytest.raises(InputRefusedError) as refused:
        await redraw(world, "page-002", command_id="command-2")
    assert (refused.value.field, refused.value.reason) == ("max_cost_usd", "over_budget")
    assert "take 2 of page-002" in str(world.events.of_type("BudgetExhausted")[0].data["wanted_for"])
    recorded = await world.ledger.find_run("lantern", run.revision)
    assert recorded
    assert recorded.charges == {"take:page-001:2"}
    assert len(world.model.requests) == 3
    assert (
        await world.services.ledger_maintenance.find_picture(run.picture("page-002").model_copy(update={"take": 2}))
        is None
    )


async def test_of_two_concurrent_commands_one_opens_the_take() -> None:
    world, run = await finished()
    results = await asyncio.gather(
        *(redraw(world, command_id=f"command-{number}") for number in range(2)), return_exceptions=True
    )
    await world.run_until_quiet()
    assert len(world.model.requests) == 3
    assert sum(isinstance(result, InputRefusedError) for result in results) == 1
    assert run.revision == world.manifest().revision


async def test_two_redraws_that_end_at_once_leave_no_stale_book() -> None:
    world, _ = await finished()
    await redraw(world, "page-001", command_id="command-1")
    await redraw(world, "page-002", command_id="command-2")
    first, second = world.queue.messages
    world.queue.messages.clear()

    class StoreThatIsOvertaken(type(world.store)):  # type: ignore[misc]  # the fake of this very world
        async def write(self, key: str, content: bytes, *, media_type: str) -> None:
            # Between the reading of the records and the writing of the book, the other one ends from start to finish.
            if not overtaken:
                overtaken.append(key)
                await world.draw(second)
            await super().write(key, content, media_type=media_type)

    overtaken: list[str] = []
    store = StoreThatIsOvertaken()
    store.objects = world.store.objects
    await world.draw(first, replace(world.services, image_store=store))
    assert overtaken
    assert [take for take, _ in shown(world).values()] == [2, 2]
    assert world.manifest().version == 3


async def test_a_run_that_ends_while_a_further_take_ends_shows_it() -> None:
    world = World()
    await world.accept(story(**TWO_PAGES))
    await world.draw(world.queue.messages.pop(0))
    await redraw(world)
    last, take_2 = world.queue.messages

    class LedgerOvertaken(type(world.ledger)):  # type: ignore[misc]  # the fake of this very world
        async def decide_ending(self, *args: object, **arguments: object) -> Run:
            await world.draw(take_2)
            run: Run = await super().decide_ending(*args, **arguments)
            return run

    ledger = LedgerOvertaken()
    ledger.tables = world.ledger.tables
    await world.draw(last, replace(world.services, ledger=ledger))
    assert shown(world)["page-001"][0] == 2


async def test_a_take_that_is_drawn_while_its_run_ends_reaches_the_book() -> None:
    world = World()
    await world.accept(story(**TWO_PAGES))
    await world.draw(world.queue.messages.pop(0))
    await redraw(world)
    last, take_2 = world.queue.messages

    class Slow(FakeImageModel):
        async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
            world.painter = world.model
            await world.draw(last)
            return await super().draw(request, timeout_seconds=timeout_seconds)

    world.painter = Slow()
    await world.draw(take_2)
    assert world.published().count("StoryCompleted") == 1
    assert shown(world)["page-001"][0] == 2


async def test_a_further_take_whose_model_was_taken_away_ends_with_that_reason() -> None:
    world, _ = await finished()
    await redraw(world)
    full = world.services.catalogue
    world.use(catalogue=Catalogue({"gpt-image-2.6-flare": full.spec("gpt-image-2.6-flare")}, {}))
    await world.run_until_quiet()
    failed = world.events.of_type("ImageFailed")[0].data
    assert (failed["take"], failed["reason"]) == (2, "refused_input")
    assert shown(world)["page-001"][0] == 1


@pytest.mark.parametrize("after_acting", [False, True], ids=["before", "after"])
async def test_a_crash_at_any_point_of_redrawing_buys_one_take(after_acting: bool) -> None:
    for number in range(1, 60):
        world = World()
        run = await accepted(world, spare="0.05")
        await world.run_until_quiet()
        # The claim and the bytes' way into the store have tests of their own: a crash there is a lost call.
        crash = CrashAt(number, after_acting=after_acting, spared=("claim", "decide", "write_once"))
        for _ in range(2):
            try:
                await redraw(world, services=crash.services(world.services))
                break
            except StoreUnavailableError:
                world.clock.advance(360)
        await draw_through(world, crash)
        assert len(world.model.requests) == 3
        assert shown(world)["page-001"][0] == 2
        recorded = await world.ledger.find_run("lantern", run.revision)
        assert recorded
        assert recorded.charges == {"take:page-001:2"}
        records: list[PictureRecord] = list(await world.ledger.pictures(run))
        assert [record.picture.take for record in records] == [1, 2, 1]
        if not crash.has_struck:
            assert number > 12
            return
    pytest.fail("it never went through")


async def draw_through(world: World, crash: CrashAt) -> None:
    """Draw what is queued with stores that may be away once, as often as a queue would deliver it."""
    while world.queue.messages:
        message = world.queue.messages.pop(0)
        try:
            await world.draw(message, crash.services(world.services))
        except StoreUnavailableError:
            world.queue.messages.append(message)


async def test_no_picture_is_redrawn_without_end() -> None:
    world, run = await finished()
    first = world.ledger.tables.pictures[run.picture("page-001")]
    last = first.picture.model_copy(update={"take": MOST_TAKES})
    world.ledger.tables.pictures[last] = first.model_copy(update={"picture": last})
    with pytest.raises(InputRefusedError, match=f"was drawn {MOST_TAKES} times"):
        await redraw(world)
    assert len(world.model.requests) == 2
