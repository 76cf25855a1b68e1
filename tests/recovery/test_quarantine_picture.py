"""A picture whose message killed every process that handled it ends, and so does its story."""

from __future__ import annotations

from datetime import timedelta

import pytest

from picturebook.errors import InputRefusedError, RetryLater
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage, PageContent, RunRef
from picturebook.recovery.quarantine_picture import quarantine_picture
from tests.fakes.image_model import picture
from tests.fakes.picturebook_world import World
from tests.fakes.stories import page, story
from tests.use_cases.test_draw_picture import claim_of_a_dead_worker, outcome_of, request
from tests.use_cases.test_redraw_picture import finished, redraw


async def quarantine(world: World, message: AnyDrawMessage) -> None:
    await quarantine_picture(message, world.services)


async def test_a_request_without_a_story_ends_as_quarantined_and_nothing_was_paid() -> None:
    world = World()
    await quarantine(world, request())
    [failed] = world.events.of_type("ImageFailed")
    assert (failed.data["reason"], failed.data["cost_usd"]) == ("quarantined", "0")
    assert world.model.requests == []


async def test_the_story_of_a_quarantined_page_ends_without_it() -> None:
    world = World()
    await world.accept(story(characters=[], pages=[page(1), page(2, text="Deadly.")]))
    deadly = next(m for m in world.queue.messages if isinstance(m, DrawPageMessage) and m.page.text == "Deadly.")
    world.queue.messages.remove(deadly)
    await quarantine(world, deadly)
    await world.run_until_quiet()
    assert world.published()[-1] == "StoryPartiallyCompleted"
    assert [event.data["reason"] for event in world.events.of_type("ImageFailed")] == ["quarantined"]


async def test_the_pages_of_a_quarantined_sheet_end_with_their_reason() -> None:
    world = World()
    await world.accept(story(pages=[page(1, "Mira")]))
    for message in [m for m in world.queue.messages if m.kind.value == "character"]:
        world.queue.messages.remove(message)
        await quarantine(world, message)
    await world.run_until_quiet()
    assert world.published()[-1] == "StoryFailed"
    assert [event.data["reason"] for event in world.events.of_type("ImageFailed")][-1] == "sheet_not_drawn"


async def test_a_claim_without_an_outcome_may_have_been_billed() -> None:
    world = World()
    await claim_of_a_dead_worker(world, request().picture)
    world.clock.advance(12 * 60)
    await quarantine(world, request())
    [failed] = world.events.of_type("ImageFailed")
    assert failed.data["reason"] == "outcome_unknown"
    assert "cost_usd" not in failed.data


async def test_while_a_claim_may_still_report_nothing_is_decided() -> None:
    world = World()
    await claim_of_a_dead_worker(world, request().picture)
    with pytest.raises(RetryLater) as retry_later:
        await quarantine(world, request())
    assert retry_later.value.seconds == timedelta(minutes=11).total_seconds()
    assert await outcome_of(world, request()) is None


async def test_a_picture_that_was_drawn_stays_drawn_and_its_ending_is_announced_again() -> None:
    world = World()
    await world.draw(request())
    await quarantine(world, request())
    assert world.published()[-2:] == ["ImageCompleted", "ImageCompleted"]
    assert len({event.metadata.event_id for event in world.events.of_type("ImageCompleted")}) == 1


async def test_a_picture_of_a_run_that_has_ended_is_left_alone() -> None:
    world = World()
    await world.accept(story(characters=[], pages=[page(1)]))
    [old] = world.queue.messages
    await world.accept(story(characters=[], pages=[page(1)], title="Another"), minute=1)
    published = len(world.published())
    await quarantine(world, old)
    assert len(world.published()) == published
    assert old.run
    run = await world.ledger.find_run(old.run.story_id, old.run.revision)
    assert run
    assert await world.ledger.pictures(run) == []


async def test_a_picture_that_is_in_no_plan_is_not_decided() -> None:
    world = World()
    await world.accept(story(characters=[], pages=[page(1)]))
    [planned] = world.queue.messages
    stray = planned.model_copy(update={"picture_id": "page-009"})
    await quarantine(world, stray)
    assert world.events.of_type("ImageFailed") == []


async def test_a_redrawn_take_ends_like_any_other_and_the_book_keeps_the_old_one() -> None:
    world, run = await finished()
    await redraw(world)
    [message] = world.queue.messages
    await claim_of_a_dead_worker(world, message.picture)
    world.clock.advance(12 * 60)
    published = len(world.published())
    await quarantine(world, message)
    assert world.published()[published:] == ["ImageFailed"]
    [take] = [one for one in await world.ledger.pictures(run) if one.picture.take == 2]
    assert take.outcome
    assert take.outcome.reason == "outcome_unknown"
    assert [one.take for one in world.manifest().pictures] == [1, 1]


async def test_after_a_quarantined_take_a_person_may_redraw_again() -> None:
    world, _ = await finished()
    await redraw(world)
    await quarantine(world, world.queue.messages.pop())
    await redraw(world, command_id="command-2")
    await world.run_until_quiet()
    assert [(one.picture_id, one.take) for one in world.manifest().pictures] == [("page-001", 3), ("page-002", 1)]


async def test_a_take_that_was_not_opened_is_not_decided() -> None:
    world, _ = await finished()
    await redraw(world)
    stray = world.queue.messages.pop().model_copy(update={"take": 3})
    await quarantine(world, stray)
    assert world.events.of_type("ImageFailed") == []


@pytest.mark.parametrize("take", [1, 2])
async def test_a_lost_call_of_a_cancelled_run_is_announced_as_money_at_risk(take: int) -> None:
    world = World()
    await world.accept(story(characters=[], pages=[page(1), page(2)]))
    message = world.queue.messages[0].model_copy(update={"take": take})
    await claim_of_a_dead_worker(world, message.picture)
    await world.command(action="cancel", story_id="lantern")
    world.clock.advance(12 * 60)
    await quarantine(world, message)
    [failed] = world.events.of_type("ImageFailed")
    assert (failed.data["reason"], "cost_usd" in failed.data) == ("outcome_unknown", False)
    assert world.published().count("StoryCancelled") == 1


async def test_an_original_that_was_paid_for_is_named_and_never_opened() -> None:
    class Deadly(type(World().store)):  # type: ignore[misc]  # the fake of any world
        async def read(self, key: str, *, at_most: int | None = None) -> bytes | None:
            raise AssertionError(f"{key} was opened")

    world = World()
    world.store = Deadly()
    await claim_of_a_dead_worker(world, request().picture)
    key = "images/_requests/r-1/page-007/take-01-claim-01.png"
    await world.store.write_once(key, picture(), media_type="image/png")
    world.clock.advance(12 * 60)
    await quarantine(world, request())
    [failed] = world.events.of_type("ImageFailed")
    assert failed.data["reason"] == "outcome_unknown"
    assert key in str(failed.data["explanation"])
    assert "uri" not in failed.data


async def test_a_held_picture_is_left_to_the_person_who_resolves_it() -> None:
    world = World()
    message = request(on_unknown="hold")
    await claim_of_a_dead_worker(world, message.picture)
    world.clock.advance(12 * 60)
    await world.draw(message)
    published = len(world.published())
    await quarantine(world, message)
    record = await world.services.ledger_maintenance.find_picture(message.picture)
    assert record
    assert (record.outcome, record.held_until is not None) == (None, True)
    assert len(world.published()) == published


async def test_a_message_of_a_run_that_does_not_exist_is_refused_as_quarantined() -> None:
    lost = DrawPageMessage(
        schema_version="1.0",
        run=RunRef(story_id="unknown", revision="0123456789abcdef"),
        picture_id="page-001",
        style="soft watercolour",
        page=PageContent(page_number=1, text="Lost."),
    )
    with pytest.raises(InputRefusedError) as refused:
        await quarantine(World(), lost)
    assert refused.value.reason == "quarantined"
