"""The message of a redrawn take is lost: the sweep is responsible for it, as for the first take of any picture."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from picturebook.circuit_breaker import state
from picturebook.errors import InputRefusedError, OutcomeUnknownError
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.recovery.repair_run import Repair
from picturebook.use_cases.sweep_stories import Swept
from tests.fakes.image_model import FakeImageModel
from tests.fakes.stories import MIRA, page, story
from tests.fakes.swept_world import ROUTE, SweptWorld, Worker
from tests.use_cases.test_redraw_picture import redraw

HOUR = 3600.0
LOST = OutcomeUnknownError("read timeout")


def take_2(run: Run, picture_id: str = "page-001") -> PictureRef:
    return run.picture(picture_id).model_copy(update={"take": 2})


async def record_of(world: SweptWorld, run: Run, picture_id: str = "page-001") -> PictureRecord:
    record = await world.services.ledger_maintenance.find_picture(take_2(run, picture_id))
    assert record
    return record


async def world_with_lost_take(
    picture_id: str = "page-001", *, hours: float = 3, model: FakeImageModel | None = None, **fields: object
) -> tuple[SweptWorld, Run]:
    """Return a world with a finished story and a redrawn picture whose message was lost, some hours later."""
    world = SweptWorld(model)
    run = await world.accept(story(**{"characters": [], "pages": [page(1), page(2)], **fields}))
    await world.run_until_quiet()
    await redraw(world, picture_id)
    world.queue.messages.clear()
    world.clock.advance(hours * HOUR)
    return world, run


async def test_a_take_whose_message_is_lost_is_sent_again_and_drawn_once() -> None:
    world, run = await world_with_lost_take()
    assert (await world.sweep()).repairs == {Repair.TAKE_SENT: 1}
    await world.run_until_quiet()
    assert (await record_of(world, run)).outcome
    assert {one.picture_id: one.take for one in world.manifest().pictures} == {"page-001": 2, "page-002": 1}
    assert len(world.model.requests) == 3
    world.clock.advance(30 * HOUR)
    assert await world.sweep() == Swept()
    await redraw(world, command_id="command-2")


async def test_a_take_that_is_sent_again_follows_the_sheets_as_they_are_now() -> None:
    world, _ = await world_with_lost_take("page-001", hours=0, characters=[MIRA], pages=[page(1, "Mira")])
    await redraw(world, "character-01", command_id="command-2")
    await world.run_until_quiet()
    world.clock.advance(3 * HOUR)
    await world.sweep()
    (message,) = world.queue.messages
    assert (message.picture.take, [sheet.take for sheet in message.characters]) == (2, [2])  # type: ignore[union-attr]  # a page


@pytest.mark.parametrize(
    ("quiet", "oldest", "is_sent"), [(2, None, False), (2.01, None, True), (5, 4.75, False), (5, 4.74, True)]
)
async def test_a_take_is_lost_when_it_is_quieter_than_two_visibilities_and_the_oldest_message(
    quiet: float, oldest: float | None, *, is_sent: bool
) -> None:
    world, _ = await world_with_lost_take(hours=quiet)
    world.queues.measured = [timedelta(hours=oldest)] if oldest else []
    assert (await world.sweep() == Swept()) is not is_sent
    assert await world.sweep() == Swept(), "what was sent a moment ago is not lost"


async def test_a_sweep_over_a_fresh_take_reads_it_and_does_nothing() -> None:
    world, _ = await world_with_lost_take(hours=0.2)
    sweeper = Worker()
    assert await world.sweep(sweeper) == Swept()
    assert sweeper.calls == ["unfinished", "find_picture"]


async def test_in_an_outage_no_take_is_sent() -> None:
    world, _ = await world_with_lost_take()
    closed = Circuit(ROUTE)
    opened = state.trip(closed, now=world.clock.now(), version="v1", seconds=600, reason="503", failures=5)
    await world.circuits.replace(closed, opened)
    assert await world.sweep() == Swept()
    assert world.queue.messages == []


async def test_of_two_sweeps_over_a_lost_take_one_sends() -> None:
    world, _ = await world_with_lost_take()
    swept = await asyncio.gather(world.sweep(), world.sweep())
    assert sorted(sum(one.repairs.values()) for one in swept) == [0, 1]
    assert len(world.queue.messages) == 1


async def test_a_claimed_take_is_not_sent_again_until_the_claim_ran_out() -> None:
    world, run = await world_with_lost_take()
    deadline = world.clock.now() + timedelta(minutes=1)
    await world.ledger.claim(take_2(run), claim_id="c", deadline=deadline, replacing=None)
    assert await world.sweep() == Swept()
    world.clock.advance(60)
    assert (await world.sweep()).repairs == {Repair.TAKE_SENT: 1}


async def test_a_held_take_waits_for_a_person_and_is_the_sweeps_again_when_it_is_to_be_repaid() -> None:
    world, run = await world_with_lost_take(
        hours=3, model=FakeImageModel(None, None, LOST), characters=[], on_unknown="hold"
    )
    await world.sweep()
    await world.run_until_quiet()
    assert (await record_of(world, run)).held_until
    world.clock.advance(30 * HOUR)
    assert await world.sweep() == Swept()
    await world.command(
        action="resolve", story_id="lantern", picture_id="page-001", decision="repay", command_id="command-9"
    )
    world.queue.messages.clear()
    assert await world.sweep() == Swept(), "it was queued a moment ago"
    world.clock.advance(3 * HOUR)
    assert (await world.sweep()).repairs == {Repair.TAKE_SENT: 1}
    await world.run_until_quiet()
    assert (await record_of(world, run)).outcome


async def test_a_held_take_that_is_not_resolved_ends_and_is_unfinished_no_more() -> None:
    world, run = await world_with_lost_take(hours=0, model=FakeImageModel(None, None, LOST), on_unknown="hold")
    await redraw(world)
    await world.run_until_quiet()
    world.clock.advance(73 * HOUR)
    assert (await world.sweep()).repairs == {Repair.HOLD_ENDED: 1}
    assert (await record_of(world, run)).outcome
    assert await world.sweep() == Swept()


async def test_a_take_of_a_story_that_was_cancelled_is_forgotten_and_not_sent() -> None:
    world = SweptWorld()
    run = await world.accept(story(characters=[], pages=[page(1), page(2)]))
    await world.draw(world.queue.messages.pop(0))
    await redraw(world)
    await world.command(action="cancel", story_id="lantern")
    await world.run_until_quiet()
    assert (await record_of(world, run)).outcome is None
    world.clock.advance(3 * HOUR)
    assert (await world.sweep()).repairs == {Repair.TAKE_FORGOTTEN: 1}
    assert world.queue.messages == []
    assert await world.sweep() == Swept()


async def test_a_lost_call_of_a_cancelled_storys_take_is_looked_up_once_more() -> None:
    world = SweptWorld()
    run = await world.accept(story(characters=[], pages=[page(1), page(2)]))
    await world.draw(world.queue.messages.pop(0))
    await redraw(world)
    world.queue.messages.clear()
    await world.ledger.claim(take_2(run), claim_id="c", deadline=world.clock.now(), replacing=None)
    await world.command(action="cancel", story_id="lantern")
    world.clock.advance(3 * HOUR)
    assert (await world.sweep()).repairs == {Repair.TAKE_SENT: 1}
    await world.run_until_quiet()
    outcome = (await record_of(world, run)).outcome
    assert outcome
    assert outcome.reason == "outcome_unknown"


async def test_while_the_sweep_has_not_sent_it_again_a_lost_take_is_still_being_drawn() -> None:
    world, _ = await world_with_lost_take()
    with pytest.raises(InputRefusedError, match="still being drawn"):
        await redraw(world, command_id="command-2")
