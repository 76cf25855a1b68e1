"""A picture whose message fails each time, by an exception of ours, ends some day, and its story with it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from picturebook.errors import OutcomeUnknownError, StoreUnavailableError
from picturebook.events import Event
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import Run
from picturebook.recovery.give_up_pictures import give_up_pictures
from picturebook.recovery.repair_run import Repair
from picturebook.use_cases.sweep_stories import Swept
from tests.fakes.image_model import FakeImageModel, framed
from tests.fakes.stories import MIRA, page, story
from tests.fakes.swept_world import SweptWorld
from tests.use_cases.test_redraw_picture import redraw

HALF_A_DAY = 12 * 3600.0
MOST = 5


async def fail_through(world: SweptWorld, times: int) -> None:
    """Sweep `times` times, and let what each sweep sends go to the dead-letter queue."""
    for _ in range(times):
        world.queue.messages.clear()
        world.clock.advance(HALF_A_DAY)
        repairs = (await world.sweep()).repairs
        assert set(repairs) <= {Repair.PICTURES_SENT, Repair.TAKE_SENT}
    world.queue.messages.clear()
    world.clock.advance(HALF_A_DAY)


async def found(world: SweptWorld, run: Run) -> Run:
    now = await world.ledger.find_run(run.story_id, run.revision)
    assert now
    return now


async def world_with_story(**fields: object) -> tuple[SweptWorld, Run]:
    world = SweptWorld()
    run = await world.accept(story(**{"characters": [], "pages": [page(1)], **fields}))
    return world, run


async def test_a_picture_that_always_fails_is_sent_five_times_again_and_then_given_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, run = await world_with_story()
    await fail_through(world, MOST)
    assert (await found(world, run)).ending is None
    assert (await world.sweep()).repairs == {Repair.GIVEN_UP: 1}
    assert world.queue.messages == []
    (failed,) = world.events.of_type("ImageFailed")
    assert (failed.data["reason"], failed.data["cost_usd"], failed.data["attempts"]) == ("stuck", "0", 0)
    assert (await found(world, run)).is_confirmed
    assert world.published()[-1] == "StoryFailed"
    assert [r.levelno for r in caplog.records if "given up" in r.getMessage()] == [logging.ERROR]
    assert await world.sweep() == Swept()


async def test_a_picture_that_settles_in_between_begins_the_counting_anew() -> None:
    world, run = await world_with_story(pages=[page(1), page(2)])
    first = world.queue.messages[0]
    await fail_through(world, MOST)
    await world.draw(first)
    await fail_through(world, MOST)
    assert (await world.sweep()).repairs == {Repair.GIVEN_UP: 1}
    assert (await found(world, run)).ending == "StoryPartiallyCompleted"


async def test_the_pages_of_a_stuck_sheet_end_with_their_reason() -> None:
    world, run = await world_with_story(characters=[MIRA], pages=[page(1, "Mira")])
    await fail_through(world, MOST)
    await world.sweep()
    await world.run_until_quiet()
    assert [event.data["reason"] for event in world.events.of_type("ImageFailed")] == ["stuck", "sheet_not_drawn"]
    assert (await found(world, run)).is_confirmed
    assert world.model.requests == []


async def test_a_stuck_picture_whose_call_was_lost_ends_as_unknown() -> None:
    world, run = await world_with_story()
    deadline = world.clock.now() + timedelta(hours=1)
    await world.ledger.claim(run.picture("page-001"), claim_id="c", deadline=deadline, replacing=None)
    await fail_through(world, MOST)
    assert (await world.sweep()).repairs == {Repair.GIVEN_UP: 1}
    (failed,) = world.events.of_type("ImageFailed")
    assert failed.data["reason"] == "outcome_unknown"
    assert "cost_usd" not in failed.data
    assert "time after time" in str(failed.data["explanation"])


async def test_a_claimed_picture_is_not_given_up_with_the_others() -> None:
    world, run = await world_with_story(pages=[page(1), page(2), page(3)])
    await fail_through(world, MOST)
    now = world.clock.now()
    at_work, held = run.picture("page-001"), run.picture("page-002")
    await world.ledger.claim(at_work, claim_id="c", deadline=now + timedelta(minutes=1), replacing=None)
    await world.ledger.claim(held, claim_id="d", deadline=now, replacing=None)
    await world.ledger.hold(held, "d", at=now, until=now + timedelta(hours=72))
    assert (await world.sweep()).repairs == {Repair.GIVEN_UP: 1}
    assert [event.data["picture_id"] for event in world.events.of_type("ImageFailed")] == ["page-003"]
    assert (await found(world, run)).open_pictures == {"page-001", "page-002"}


async def test_a_take_that_always_fails_is_given_up_and_may_be_redrawn_again() -> None:
    world, _ = await world_with_story()
    await world.run_until_quiet()
    await redraw(world)
    await fail_through(world, MOST)
    assert (await world.sweep()).repairs == {Repair.GIVEN_UP: 1}
    (failed,) = world.events.of_type("ImageFailed")
    assert (failed.data["take"], failed.data["reason"]) == (2, "stuck")
    assert await world.sweep() == Swept()
    await redraw(world, command_id="command-2")
    await world.run_until_quiet()
    assert [one.take for one in world.manifest().pictures] == [3]
    assert world.published().count("StoryCompleted") == 1


async def test_a_picture_that_is_claimed_while_it_is_being_given_up_is_left_to_its_worker() -> None:
    world, run = await world_with_story()
    message = world.queue.messages[0]
    await fail_through(world, MOST)
    deadline = world.clock.now() + timedelta(minutes=10)
    await world.ledger.claim(message.picture, claim_id="c", deadline=deadline, replacing=None)
    await give_up_pictures([message], run, world.services)
    assert world.events.of_type("ImageFailed") == []
    assert (await found(world, run)).open_pictures == {"page-001"}


async def test_a_given_up_picture_that_cannot_be_told_of_keeps_no_other_from_its_end() -> None:
    world, run = await world_with_story(pages=[page(1), page(2)])
    messages: list[AnyDrawMessage] = list(world.queue.messages)

    class BusThatRefusesPageOne(type(world.events)):  # type: ignore[misc]  # the fake of this very world
        async def publish(self, events: Sequence[Event]) -> None:
            if any(event.data.get("picture_id") == "page-001" for event in events):
                raise StoreUnavailableError("The bus is away.")
            await super().publish(events)

    bus = BusThatRefusesPageOne()
    with pytest.raises(ExceptionGroup, match="given up"):
        await give_up_pictures(messages, run, replace(world.services, event_publisher=bus))
    assert [event.data["picture_id"] for event in bus.of_type("ImageFailed")] == ["page-002"]
    await give_up_pictures(messages, run, world.services)
    assert (await found(world, run)).is_confirmed


async def test_a_further_take_that_waits_for_a_person_is_left_to_them() -> None:
    world = SweptWorld(FakeImageModel(framed("1024x640"), OutcomeUnknownError("lost")))
    run = await world.accept(story(characters=[], pages=[page(1)], on_unknown="hold"))
    await world.run_until_quiet()
    for _ in range(MOST + 1):
        world.clock.advance(HALF_A_DAY / 2)
        assert await world.sweep() == Swept()
    assert world.published()[-1] == "ImageHeld"
    world.clock.advance(4 * HALF_A_DAY)
    assert (await world.sweep()).repairs == {Repair.HOLD_ENDED: 1}
    assert (await found(world, run)).ending == "StoryCompleted"
    assert world.manifest().pictures[0].take == 1
    assert world.manifest().cost_usd is None
