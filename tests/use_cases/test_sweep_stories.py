"""When the sweep acts, when it does nothing, and what a sweep costs."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from picturebook.circuit_breaker import state
from picturebook.models.circuits import Circuit
from picturebook.models.messages import DrawPageMessage, PageContent
from picturebook.models.pictures import PictureOutcome, PictureRef, PictureStatus
from picturebook.models.runs import Claim, Run, RunEnding
from picturebook.pictures.hold import hold_picture
from picturebook.recovery.repair_run import Repair
from picturebook.runs.plan_store import plan_key
from picturebook.use_cases.sweep_stories import MAX_ITEMS, Swept
from tests.fakes.stories import page, story
from tests.fakes.swept_world import ROUTE, SweptWorld, Worker, WorkerDied

MINUTES = 60
HOURS = 60 * MINUTES


async def world_of_lost_messages(**fields: object) -> SweptWorld:
    """Return a world with a queued story whose messages were lost, hours later."""
    world = SweptWorld()
    await world.accept(story(**fields))
    world.queue.messages.clear()
    world.clock.advance(2 * HOURS + 16 * MINUTES)
    return world


async def world_with_dead_planner(*, minutes: float) -> SweptWorld:
    """Return a world with a story that was recorded and not queued, some time later."""
    world = SweptWorld()
    world.work_as(Worker(dies_before="send"))
    with pytest.raises(WorkerDied, match="send"):
        await world.accept(story())
    world.clock.advance(minutes * MINUTES)
    return world


def only_run(world: SweptWorld) -> Run:
    (run,) = world.ledger.tables.runs.values()
    return run


def sent(world: SweptWorld) -> list[str]:
    return [message.picture.picture_id for message in world.queue.messages]


async def open_circuit(world: SweptWorld, *, retry_in: float) -> None:
    closed = Circuit(ROUTE)
    opened = state.trip(closed, now=world.clock.now(), version="v1", seconds=retry_in, reason="503", failures=5)
    await world.circuits.replace(closed, opened)


async def test_a_sweep_over_a_fresh_run_reads_it_and_does_nothing() -> None:
    world = SweptWorld()
    await world.accept(story())
    before = list(world.queue.messages)
    sweeper = Worker()
    assert await world.sweep(sweeper) == Swept()
    assert sweeper.calls == ["unfinished", "find_run"]
    assert world.queue.messages == before


async def test_a_sweep_over_a_run_that_moves_costs_two_reads() -> None:
    world = SweptWorld()
    run = await world.accept(story())
    world.clock.advance(5 * HOURS)
    await world.ledger.settle(run, "page-001", at=world.clock.now())
    world.clock.advance(3 * MINUTES)
    sweeper = Worker()
    assert await world.sweep(sweeper) == Swept()
    assert sweeper.calls == ["unfinished", "find_run", "current_revision"]


async def test_a_hundred_runs_that_stand_still_cost_one_look_at_queues_and_circuit() -> None:
    world = SweptWorld()
    for number in range(100):
        await world.accept(story(story_id=f"lantern-{number}"))
    world.clock.advance(3 * HOURS)
    await open_circuit(world, retry_in=600)
    calls = Worker()
    assert await world.sweep(calls) == Swept()
    counted = {name: calls.calls.count(name) for name in set(calls.calls)}
    once_for_all = {"unfinished": 1}
    assert counted.pop("read") == 100 + 2, "one plan for each run, and one read of the queues and of the circuit"
    assert counted == {**once_for_all, "find_run": 100, "current_revision": 100}


async def test_lost_messages_are_sent_again_only_for_what_can_be_drawn_now() -> None:
    world = await world_of_lost_messages()
    assert (await world.sweep()).repairs == {Repair.PICTURES_SENT: 1}
    assert sent(world) == ["character-01", "character-02", "page-001"]
    assert only_run(world).moved_at == world.clock.now()


async def test_a_page_is_sent_again_once_all_its_sheets_have_settled() -> None:
    world = SweptWorld()
    await world.accept(story())
    mira, tock, alone = world.queue.messages
    for message in (mira, alone):
        await world.draw(message)
    world.queue.messages.clear()
    world.clock.advance(3 * HOURS)
    await world.sweep()
    assert sent(world) == [tock.picture.picture_id, "page-002"]


@pytest.mark.parametrize(
    ("quiet", "oldest", "is_sent"),
    [
        (2 * HOURS, None, False),
        (2 * HOURS + 1, None, True),
        (5 * HOURS, 4.75 * HOURS, False),
        (5 * HOURS, 4.74 * HOURS, True),
    ],
)
async def test_messages_are_lost_when_the_run_is_quieter_than_two_visibilities_and_the_oldest_message(
    quiet: float, oldest: float | None, *, is_sent: bool
) -> None:
    world = SweptWorld()
    await world.accept(story())
    world.queue.messages.clear()
    world.clock.advance(quiet)
    world.queues.measured = [timedelta(seconds=oldest)] if oldest else []
    assert (await world.sweep() == Swept()) is not is_sent


async def test_while_the_age_of_the_waiting_messages_is_unknown_nothing_is_sent() -> None:
    world = await world_of_lost_messages()
    world.queues.waiting = 1
    assert await world.sweep() == Swept()
    assert sent(world) == []


async def test_messages_that_were_not_lost_after_all_are_harmless_twice() -> None:
    world = SweptWorld()
    await world.accept(story())
    world.clock.advance(3 * HOURS)
    assert (await world.sweep()).repairs == {Repair.PICTURES_SENT: 1}
    assert sent(world) == ["character-01", "character-02", "page-001"] * 2
    await world.run_until_quiet()
    assert len(world.model.requests) == 5
    assert len({event.metadata.event_id for event in world.events.of_type("StoryCompleted")}) == 1


async def test_of_two_sweeps_at_once_one_sends() -> None:
    world = await world_of_lost_messages()

    swept = await asyncio.gather(world.sweep(), world.sweep())
    done = [dict(one.repairs) for one in swept]
    assert sorted(done, key=len) == [{}, {Repair.PICTURES_SENT: 1}]
    assert sent(world) == ["character-01", "character-02", "page-001"]


async def test_of_two_sweeps_over_a_run_that_was_not_queued_one_queues_it() -> None:
    world = await world_with_dead_planner(minutes=16)
    await asyncio.gather(world.sweep(), world.sweep())
    assert sent(world) == ["character-01", "character-02", "page-001"]


async def test_pictures_that_are_at_work_or_wait_for_a_person_are_not_sent_again() -> None:
    world = await world_of_lost_messages()
    run = only_run(world)
    claim = Claim(claim_id="c", number=1, deadline=world.clock.now() + timedelta(minutes=1))
    world.ledger.tables.change_picture(run.picture("character-01"), claim=claim)
    lost = claim.model_copy(update={"deadline": world.clock.now() - timedelta(hours=1)})
    world.ledger.tables.change_picture(
        run.picture("character-02"), claim=lost, held_until=world.clock.now() + timedelta(1)
    )
    await world.sweep()
    assert sent(world) == ["page-001"]


async def test_a_picture_whose_claim_ran_out_is_sent_again() -> None:
    world = await world_of_lost_messages(characters=[], pages=[page(1)])
    claim = Claim(claim_id="c", number=1, deadline=world.clock.now())
    world.ledger.tables.change_picture(only_run(world).picture("page-001"), claim=claim)
    await world.sweep()
    assert sent(world) == ["page-001"]


async def test_a_run_whose_pictures_are_all_spoken_for_is_not_marked_as_moved() -> None:
    world = await world_of_lost_messages(characters=[], pages=[page(1)])
    world.ledger.tables.change_picture(only_run(world).picture("page-001"), held_until=world.clock.now() + timedelta(1))
    moved_at = only_run(world).moved_at
    assert await world.sweep() == Swept()
    assert only_run(world).moved_at == moved_at


@pytest.mark.parametrize("is_queued", [True, False], ids=["messages lost", "planner died"])
async def test_in_an_outage_of_any_length_no_message_is_sent(*, is_queued: bool) -> None:
    world = await world_of_lost_messages() if is_queued else await world_with_dead_planner(minutes=16)
    for _ in range(40):
        await open_circuit(world, retry_in=20 * MINUTES)
        for minutes in (0, 19, 5):  # the probe is due for some minutes before a worker makes it, in vain
            world.clock.advance(minutes * MINUTES)
            assert await world.sweep() == Swept()
        world.circuits = type(world.circuits)()
    assert sent(world) == []
    assert (await world.sweep()).repairs, "after the outage it goes on"
    assert sent(world) == ["character-01", "character-02", "page-001"]


async def test_a_circuit_without_a_message_to_probe_it_does_not_stop_the_sweep_forever() -> None:
    world = await world_of_lost_messages()
    await open_circuit(world, retry_in=60)
    world.clock.advance(60 + 2 * HOURS - 1)
    assert await world.sweep() == Swept()
    world.clock.advance(1)
    assert (await world.sweep()).repairs == {Repair.PICTURES_SENT: 1}


async def test_another_routes_outage_is_not_this_ones() -> None:
    world = await world_of_lost_messages()
    other = Circuit("api.example/another-model")
    opened = state.trip(other, now=world.clock.now(), version="v1", seconds=600, reason="503", failures=5)
    await world.circuits.replace(other, opened)
    assert (await world.sweep()).repairs == {Repair.PICTURES_SENT: 1}


async def test_a_planner_gets_the_time_in_which_its_message_comes_again() -> None:
    world = await world_with_dead_planner(minutes=14)
    assert await world.sweep() == Swept()
    world.clock.advance(1 * MINUTES)
    assert (await world.sweep()).repairs == {Repair.RUN_STARTED: 1}
    assert only_run(world).is_queued
    assert world.published() == ["StoryAccepted", "StoryAccepted"]


async def test_a_run_without_open_pictures_is_ended_when_its_last_worker_had_time_to() -> None:
    world = SweptWorld()
    run = await world.accept(story(characters=[], pages=[page(1)]))
    world.clock.advance(1 * HOURS)
    await world.ledger.settle(run, "page-001", at=world.clock.now())
    world.clock.advance(5 * MINUTES - 1)
    assert await world.sweep() == Swept()
    world.clock.advance(1)
    assert (await world.sweep()).repairs == {Repair.RUN_ENDED: 1}
    assert only_run(world).is_confirmed


async def test_an_ending_that_was_decided_is_told_and_confirmed_as_it_was_decided() -> None:
    world = SweptWorld()
    run = await world.accept(story())
    decided_at = world.clock.now() + timedelta(hours=1)
    await world.ledger.decide_ending(run, RunEnding.CANCELLED, reason="by a person", decided_at=decided_at)
    world.clock.advance(1 * HOURS + 5 * MINUTES - 1)
    assert await world.sweep() == Swept()
    world.clock.advance(1)
    assert (await world.sweep()).repairs == {Repair.ENDING_PUBLISHED: 1}
    (event,) = world.events.of_type("StoryCancelled")
    assert (event.data["reason"], event.metadata.occurred_at) == ("by a person", decided_at)
    assert await world.sweep() == Swept()


async def test_a_run_that_was_displaced_twice_ago_ends_as_superseded_before_it_buys_more() -> None:
    world = SweptWorld()
    oldest = await world.accept(story())
    world.work_as(Worker(dies_before="find_run"))
    with pytest.raises(WorkerDied, match="find_run"):
        await world.accept(story(title="Two"), minute=1)
    world.work_as(Worker())
    newest = await world.accept(story(title="Three"), minute=2)
    open_runs = {run.revision for run in world.ledger.tables.runs.values() if run.ending is None}
    assert {oldest.revision, newest.revision} <= open_runs
    world.clock.advance(5 * MINUTES)
    await world.sweep()
    cancelled = {event.metadata.revision: event.data["reason"] for event in world.events.of_type("StoryCancelled")}
    assert cancelled[oldest.revision] == "superseded"
    assert newest.revision not in cancelled


async def test_a_displaced_run_that_was_drawn_and_never_marked_as_queued_does_not_end_over_the_newer_book() -> None:
    world = SweptWorld()
    for title, dies_before, minute in (("One", "mark_queued", 0), ("Two", "find_run", 1), ("Three", None, 2)):
        world.queue.messages.clear()
        world.work_as(Worker(dies_before))
        with contextlib.suppress(WorkerDied):
            await world.accept(story(title=title), minute=minute)
    oldest = next(iter(world.ledger.tables.runs.values()))
    world.ledger.tables.change_run(oldest, open_pictures=frozenset())
    await world.run_until_quiet()
    world.clock.advance(16 * MINUTES)
    assert (await world.sweep()).repairs[Repair.SUPERSEDED] == 1
    assert oldest.revision in {event.metadata.revision for event in world.events.of_type("StoryCancelled")}
    assert json.loads(world.store.objects["books/lantern/manifest.json"].content)["title"] == "Three"


async def test_a_run_that_had_no_chance_to_become_current_is_not_taken_for_an_older_one() -> None:
    world = SweptWorld()
    old = await world.accept(story())
    world.work_as(Worker(dies_before="advance_head"))
    with pytest.raises(WorkerDied, match="advance_head"):
        await world.accept(story(title="Two"), minute=1)
    world.clock.advance(16 * MINUTES)
    await world.sweep()
    assert [event.metadata.revision for event in world.events.of_type("StoryCancelled")] == [old.revision]
    assert await world.services.ledger_maintenance.current_revision("lantern") != old.revision


async def test_an_older_ending_is_told_without_its_book_over_the_newer_one() -> None:
    world = SweptWorld()
    old = await world.accept(story(characters=[], pages=[page(1)]))
    for number, revision in enumerate(("Two", "Three"), start=1):
        world.queue.messages.clear()
        await world.accept(story(title=revision, characters=[], pages=[page(1)]), minute=number)
    await world.run_until_quiet()
    decided_at = world.clock.now()
    world.ledger.tables.change_run(old, ending=RunEnding.COMPLETED, is_confirmed=False, decided_at=decided_at)
    world.clock.advance(5 * MINUTES)
    assert (await world.sweep()).repairs == {Repair.ENDING_PUBLISHED: 1}
    assert json.loads(world.store.objects["books/lantern/manifest.json"].content)["title"] == "Three"
    published = world.events.of_type("StoryCompleted")[-1]
    assert published.metadata.revision == old.revision
    assert "manifest_uri" not in published.data


async def test_a_broken_run_keeps_no_other_from_being_swept_and_is_told_of() -> None:
    world = SweptWorld()
    broken = await world.accept(story(story_id="broken"))
    await world.accept(story())
    world.queue.messages.clear()
    world.store.objects[plan_key("broken", broken.revision)] = replace(
        world.store.objects[plan_key("broken", broken.revision)], content=b"{}"
    )
    world.clock.advance(3 * HOURS)
    swept = await world.sweep()
    assert swept.repairs == {Repair.PICTURES_SENT: 1}
    assert {message.run.story_id for message in world.queue.messages if message.run} == {"lantern"}
    assert [type(failure).__name__ for failure in swept.failures] == ["ValidationError"]


async def test_no_repair_is_begun_that_might_not_come_to_its_end() -> None:
    world = await world_of_lost_messages()
    swept = await world.sweep(seconds=29)
    assert (swept.repairs, swept.left) == ({}, 1)
    assert (await world.sweep(seconds=30)).left == 0


async def test_of_more_than_a_sweep_can_look_at_it_begins_anywhere_and_says_how_many_are_left() -> None:
    world = SweptWorld()
    run = await world.accept(story())
    for number in range(MAX_ITEMS + 1):
        other = run.model_copy(update={"story_id": f"story-{number}"})
        world.ledger.tables.runs[other.story_id, other.revision] = other
    sweeper = Worker()
    swept = await world.sweep(sweeper)
    assert swept.left == 2
    assert sweeper.calls.count("find_run") == MAX_ITEMS


def a_request(name: str) -> DrawPageMessage:
    content = PageContent(page_number=1, text="They walk through the forest.")
    return DrawPageMessage(schema_version="1.0", request_id=name, style="ink", page=content)


async def held(world: SweptWorld, name: str, *, hold_for: timedelta) -> PictureRef:
    message = a_request(name)
    claim = await world.ledger.claim(message.picture, claim_id=name, deadline=world.clock.now(), replacing=None)
    await hold_picture(message, claim, world.services, hold_for=hold_for)
    return message.picture


async def test_a_hold_that_ran_out_is_ended_and_no_other() -> None:
    world = SweptWorld()
    over = await held(world, "over", hold_for=timedelta(0))
    waiting = await held(world, "waiting", hold_for=timedelta(seconds=1))
    assert (await world.sweep()).repairs == {Repair.HOLD_ENDED: 1}
    ended, still_held = (world.ledger.tables.pictures[picture] for picture in (over, waiting))
    assert (ended.outcome.reason if ended.outcome else None, ended.held_until) == ("outcome_unknown", None)
    assert (still_held.outcome, still_held.held_until is None) == (None, False)
    assert world.published() == ["ImageFailed"]
    assert await world.sweep() == Swept()


async def test_an_ended_hold_that_was_not_announced_is_announced() -> None:
    world = SweptWorld()
    picture = await held(world, "over", hold_for=timedelta(hours=72))
    outcome = PictureOutcome(
        status=PictureStatus.FAILED, attempts=1, reason="outcome_unknown", explanation="It was lost."
    )
    await world.ledger.decide(picture, outcome, decided_at=world.clock.now(), held_claim="over")
    assert (await world.sweep()).repairs == {Repair.HOLD_ENDED: 1}
    assert world.published() == ["ImageFailed"]
    assert await world.sweep() == Swept()


async def test_a_hold_that_cannot_be_ended_keeps_no_other_from_it() -> None:
    world = SweptWorld()
    pictures = [await held(world, name, hold_for=timedelta(0)) for name in ("one", "two", "three")]
    for key in [key for key in world.store.objects if "three" not in key]:
        del world.store.objects[key]
    swept = await world.sweep()
    assert (len(swept.failures), swept.repairs) == (2, {Repair.HOLD_ENDED: 1})
    assert [bool(world.ledger.tables.pictures[picture].outcome) for picture in pictures] == [False, False, True]
