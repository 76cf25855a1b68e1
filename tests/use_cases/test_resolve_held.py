"""A person says what becomes of a lost call, once: paid again, or given up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from picturebook.errors import InputRefusedError, OutcomeUnknownError, StoreUnavailableError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import PictureRecord, Run
from picturebook.pictures.hold import end_hold
from tests.fakes.failing_stores import CrashAt
from tests.fakes.image_model import FakeImageModel
from tests.fakes.picturebook_world import World
from tests.fakes.stories import page, story
from tests.pictures.test_hold import record_of
from tests.runs.test_budget import max_cost
from tests.use_cases.test_draw_picture import request

LOST = OutcomeUnknownError("read timeout")
TWO_PAGES: dict[str, object] = {"characters": [], "pages": [page(1), page(2)], "on_unknown": "hold"}


async def resolve(world: World, decision: str, **fields: Any) -> None:
    named: dict[str, Any] = {"story_id": "lantern", "picture_id": "page-001"}
    command: dict[str, Any] = {
        "action": "resolve",
        "decision": decision,
        **({} if "request_id" in fields else named),
        **fields,
    }
    await world.command(**command)


async def holding(*more: Exception | None, **fields: object) -> tuple[World, Run]:
    """Return a world whose first page is held, the second one drawn."""
    world = World(FakeImageModel(LOST, None, *more))
    run = await world.accept(story(**{**TWO_PAGES, **fields}))
    await world.run_until_quiet()
    return world, run


async def page_record(world: World, run: Run, take: int = 1) -> PictureRecord:
    record = await world.services.ledger_maintenance.find_picture(
        run.picture("page-001").model_copy(update={"take": take})
    )
    assert record
    return record


async def test_a_repay_that_a_person_permits_is_drawn_and_the_story_ends() -> None:
    world, run = await holding()
    for _ in range(2):
        await resolve(world, "repay")
    await world.run_until_quiet()
    assert len(world.model.requests) == 3
    completed = world.events.of_type("ImageCompleted")[-1].data
    assert (completed["picture_id"], completed["attempts"], completed["lost_calls"]) == ("page-001", 2, 1)
    assert "cost_usd" not in completed
    assert world.published().count("StoryCompleted") == 1
    assert (await page_record(world, run)).permitted_by == {"command-1"}


async def test_a_picture_that_a_person_gives_up_ends_as_unknown() -> None:
    world, _ = await holding()
    for _ in range(2):
        await resolve(world, "fail")
    failed = world.events.of_type("ImageFailed")
    assert failed[0].data["reason"] == "outcome_unknown"
    assert "a person gave it up" in str(failed[0].data["explanation"])
    assert failed[0] == failed[1]
    assert world.published().count("StoryPartiallyCompleted") == 1
    assert len(world.model.requests) == 2


@pytest.mark.parametrize("named", [{}, {"picture_id": "page-007"}, {"picture_id": "page-007", "take": 1}])
async def test_a_request_without_a_story_is_resolved_by_its_id(named: dict[str, Any]) -> None:
    world = World(FakeImageModel(LOST))
    await world.draw(request(on_unknown="hold"))
    await resolve(world, "repay", request_id="r-1", **named)
    await world.run_until_quiet()
    assert world.published()[-1] == "ImageCompleted"
    assert len(world.model.requests) == 2


async def test_a_request_that_is_given_up_ends_as_unknown() -> None:
    world = World(FakeImageModel(LOST))
    await world.draw(request(on_unknown="hold"))
    await resolve(world, "fail", request_id="r-1")
    assert world.events.of_type("ImageFailed")[0].data["reason"] == "outcome_unknown"


async def test_a_permitted_repay_that_is_lost_too_is_held_again_and_the_old_command_permits_no_other() -> None:
    world, run = await holding(LOST)
    await resolve(world, "repay")
    await world.run_until_quiet()
    assert (await page_record(world, run)).held_until
    await resolve(world, "repay")
    await world.run_until_quiet()
    assert len(world.model.requests) == 3, "one command permitted two re-pays"
    ids = [event.metadata.event_id for event in world.events.of_type("ImageHeld")]
    assert len(set(ids)) == 2
    await resolve(world, "repay", command_id="command-2")
    await world.run_until_quiet()
    assert world.published()[-1] == "StoryCompleted"
    assert world.events.of_type("ImageCompleted")[-1].data["lost_calls"] == 2


async def test_a_repay_is_charged_once_to_the_storys_maximum() -> None:
    world, run = await holding(max_cost_usd=float(max_cost(World()) + Decimal("0.05")))
    for _ in range(2):
        await resolve(world, "repay")
    await world.run_until_quiet()
    recorded = await world.ledger.find_run("lantern", run.revision)
    assert recorded
    assert recorded.charges == {"repay:page-001:1:1"}
    assert world.published().count("StoryCompleted") == 1


async def test_a_repay_that_the_maximum_does_not_allow_leaves_the_picture_held() -> None:
    world, run = await holding(max_cost_usd=float(max_cost(World()) + Decimal("0.001")))
    with pytest.raises(InputRefusedError) as refused:
        await resolve(world, "repay")
    assert refused.value.reason == "over_budget"
    assert "at up to US$" in refused.value.message
    assert "paying again for page-001" in str(world.events.of_type("BudgetExhausted")[0].data["wanted_for"])
    assert (await page_record(world, run)).held_until
    assert world.queue.messages == []


@pytest.mark.parametrize("decision", ["repay", "fail"])
async def test_a_picture_that_is_not_held_is_not_resolved(decision: str) -> None:
    world = World()
    await world.accept(story(**TWO_PAGES))
    for _ in range(2):
        for command in ({}, {"picture_id": "page-009"}, {"request_id": "r-1"}, {"take": 2}):
            with pytest.raises(InputRefusedError) as refused:
                await resolve(world, decision, **command)
            assert refused.value.reason == "not_held"
        await world.run_until_quiet()  # and once more when all has ended
    assert len(world.model.requests) == 2


@pytest.mark.parametrize("decision", ["repay", "fail"])
async def test_a_hold_that_one_command_resolved_is_refused_to_another_and_charged_once(decision: str) -> None:
    world, run = await holding(max_cost_usd=5.0)
    await resolve(world, "repay")
    charged = await world.ledger.find_run(run.story_id, run.revision)
    with pytest.raises(InputRefusedError) as refused:
        await resolve(world, decision, command_id="command-2")
    assert refused.value.reason == "not_held"
    assert await world.ledger.find_run(run.story_id, run.revision) == charged
    assert len(world.queue.messages) == 1


@pytest.mark.parametrize("named", ["page-001", "page-002"])
async def test_of_two_held_pictures_the_named_one_is_resolved(named: str) -> None:
    world = World(FakeImageModel(LOST, LOST))
    await world.accept(story(**TWO_PAGES))
    await world.run_until_quiet()
    await resolve(world, "fail", picture_id=named)
    assert [event.data["picture_id"] for event in world.events.of_type("ImageFailed")] == [named]


async def test_a_repay_for_a_cancelled_story_is_refused_and_giving_it_up_is_not() -> None:
    world, _ = await holding()
    await world.command(action="cancel", story_id="lantern")
    with pytest.raises(InputRefusedError, match="was cancelled"):
        await resolve(world, "repay")
    await resolve(world, "fail")
    assert world.events.of_type("ImageFailed")[0].data["reason"] == "outcome_unknown"
    assert world.published().count("StoryCancelled") == 1


async def test_a_resolution_after_the_hold_ended_buys_nothing_and_announces_the_ending_again() -> None:
    world, run = await holding()
    await end_hold(run.picture("page-001"), world.services)
    await resolve(world, "repay")
    await world.run_until_quiet()
    assert len(world.model.requests) == 2
    failed = world.events.of_type("ImageFailed")
    assert failed[0] == failed[1]


async def test_a_held_further_take_is_the_one_that_is_resolved_and_the_book_shows_it() -> None:
    world = World(FakeImageModel(None, None, LOST))
    run = await world.accept(story(**TWO_PAGES))
    await world.run_until_quiet()
    await world.command(action="redraw", story_id="lantern", picture_id="page-001", command_id="redraw-1")
    await world.run_until_quiet()
    assert (await page_record(world, run, take=2)).held_until
    await resolve(world, "repay")
    await world.run_until_quiet()
    assert {one.picture_id: one.take for one in world.manifest().pictures} == {"page-001": 2, "page-002": 1}
    assert world.published().count("StoryCompleted") == 1


async def test_giving_up_a_further_take_keeps_the_first_in_the_book() -> None:
    world = World(FakeImageModel(None, None, LOST))
    await world.accept(story(**TWO_PAGES))
    await world.run_until_quiet()
    await world.command(action="redraw", story_id="lantern", picture_id="page-001", command_id="redraw-1")
    await world.run_until_quiet()
    await resolve(world, "fail")
    assert {one.picture_id: one.take for one in world.manifest().pictures} == {"page-001": 1, "page-002": 1}
    assert world.manifest().version == 2


async def test_of_two_who_permit_at_once_one_does() -> None:
    world, run = await holding()

    class UpkeepOvertaken(type(world.services.ledger_maintenance)):  # type: ignore[misc]  # the fake of this very world
        async def permit_repay(self, *args: object, **arguments: object) -> PictureRecord:
            await resolve(world, "repay", command_id="command-2")
            record: PictureRecord = await super().permit_repay(*args, **arguments)
            return record

    services = replace(world.services, ledger_maintenance=UpkeepOvertaken(world.ledger.tables))
    with pytest.raises(InputRefusedError):
        await resolve(world, "repay", services=services)
    await world.run_until_quiet()
    assert len(world.model.requests) == 3
    assert (await page_record(world, run)).permitted_by == {"command-2"}


@pytest.mark.parametrize("after_acting", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("decision", ["repay", "fail"])
async def test_a_crash_at_any_point_of_resolving_has_one_effect(decision: str, after_acting: bool) -> None:
    for number in range(1, 60):
        world, run = await holding(max_cost_usd=float(max_cost(World()) + Decimal("0.05")))
        crash = CrashAt(number, after_acting=after_acting)
        for _ in range(2):
            try:
                await resolve(world, decision, services=crash.services(world.services))
                break
            except StoreUnavailableError:
                world.clock.advance(360)
        await world.run_until_quiet()
        assert len(world.model.requests) == (3 if decision == "repay" else 2)
        ending = "StoryCompleted" if decision == "repay" else "StoryPartiallyCompleted"
        assert len({e.metadata.event_id for e in world.events.of_type(ending)}) == 1  # type: ignore[arg-type]  # one of two
        record = await page_record(world, run)
        assert (record.repays, record.held_until) == (1 if decision == "repay" else 0, None)
        if not crash.has_struck:
            assert number > 7
            return
    pytest.fail("it never went through")


async def test_a_duplicate_of_the_held_message_buys_nothing_while_a_person_thinks() -> None:
    world = World(FakeImageModel(LOST))
    message: AnyDrawMessage = request(on_unknown="hold")
    await world.draw(message)
    for hours in (1, 24, 71):
        world.clock.advance(hours * 3600)
        await world.draw(message)
    assert len(world.model.requests) == 1
    assert (await record_of(world, message)).held_until
