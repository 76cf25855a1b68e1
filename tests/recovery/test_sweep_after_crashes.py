"""A worker dies between any two of its steps, and its message is lost with it: the sweep alone brings the story on."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from picturebook.errors import PromptRefusedError
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.models.runs import Run
from picturebook.models.story import Story
from tests.fakes.image_model import COST, FakeImageModel, framed
from tests.fakes.stories import MIRA, page, story
from tests.fakes.swept_world import SweptWorld, Worker, WorkerDied

STORY = story(characters=[MIRA], pages=[page(1), page(2, "Mira")])
NEWER = story(characters=[MIRA], pages=[page(1), page(2, "Mira")], title="The Second Lantern")
PICTURES = 3
# Between its claim and the stored original a picture may have been paid for, which nothing records.
MAY_LOSE_A_CALL = {"draw", "write_once", "publish"}

Life = Callable[[SweptWorld], Awaitable[object]]


async def illustrate(world: SweptWorld, given: Story = STORY, minute: int = 0) -> None:
    await world.accept(given, minute=minute)
    await world.run_until_quiet()


async def live(world: SweptWorld, life: Life, *, dies_before: int | str | None = None) -> Worker:
    """Live the life up to the given call; what the worker had in its hands is lost."""
    worker = Worker(dies_before)
    world.work_as(worker)
    with contextlib.suppress(WorkerDied):
        await life(world)
    return worker


async def sweep_until_quiet(world: SweptWorld) -> int:
    """Sweep every three hours, work off what that queued, and stop when a sweep does nothing; return how many did."""
    for round_number in range(8):
        world.clock.advance(timedelta(hours=3).total_seconds())
        swept = await world.sweep()
        assert not swept.failures
        await live(world, SweptWorld.run_until_quiet)
        if not swept.repairs:
            return round_number
    raise AssertionError(f"the sweep never comes to rest: {world.published()}")


def was_recorded(worker: Worker) -> bool:
    """Say whether the worker lived to see its run recorded: before that, no record of its story exists."""
    return "record_run" in worker.calls[:-1]


async def runs_of(world: SweptWorld) -> list[Run]:
    return list(world.ledger.tables.runs.values())


def endings_published(world: SweptWorld, run: Run) -> set[tuple[str, str]]:
    """Return what was told of the run's end: types and ids."""
    return {
        (event.detail_type, event.metadata.event_id)
        for event in world.events.events
        if event.metadata.revision == run.revision
        and event.detail_type in {"StoryCompleted", "StoryPartiallyCompleted", "StoryFailed", "StoryCancelled"}
    }


async def check_end(world: SweptWorld, run: Run) -> None:
    assert run.ending is not None
    assert run.is_confirmed
    assert {published for published, _ in endings_published(world, run)} == {run.ending.value}
    assert len(endings_published(world, run)) == 1


async def check_purchases(world: SweptWorld, *, pictures: int, died_on: str) -> None:
    repays = sum(record.repays for record in world.ledger.tables.pictures.values())
    assert repays == 0 or (repays == 1 and died_on in MAY_LOSE_A_CALL)
    assert len(world.model.requests) <= pictures + repays
    assert len(set(world.model.prompts)) <= pictures


async def check_silence(world: SweptWorld) -> None:
    sweeper = Worker()
    assert not (await world.sweep(sweeper)).repairs
    assert sweeper.calls == ["unfinished"]
    assert world.queue.messages == []


@pytest.mark.parametrize("queue_is_lost_too", [False, True], ids=["its message is lost", "the queues are lost"])
async def test_wherever_a_worker_dies_the_story_is_illustrated_once(*, queue_is_lost_too: bool) -> None:
    deaths = 0
    while True:
        world = SweptWorld()
        worker = await live(world, illustrate, dies_before=deaths + 1)
        if not worker.has_died:
            break
        deaths += 1
        if queue_is_lost_too:
            world.queue.messages.clear()
        else:
            await live(world, SweptWorld.run_until_quiet)
        await sweep_until_quiet(world)
        for run in await runs_of(world):
            await check_end(world, run)
            assert run.ending == "StoryCompleted"
        assert bool(await runs_of(world)) == was_recorded(worker)
        await check_purchases(world, pictures=PICTURES, died_on=worker.calls[-1])
        await check_silence(world)
    assert deaths > 40, f"only {deaths} steps were seen"


@pytest.mark.parametrize("fails", [False, True], ids=["the further take is drawn", "the further take fails"])
async def test_wherever_a_worker_dies_a_flawed_picture_is_drawn_once_more_and_no_oftener(*, fails: bool) -> None:
    deaths = 0
    while True:
        model = FlawedModel()
        world = SweptWorld(model)
        if fails:
            model.fails_after = functools.partial(has_decided, world)
        worker = await live(world, illustrate_one_page, dies_before=deaths + 1)
        if not worker.has_died:
            break
        deaths += 1
        if deaths % 2:
            world.queue.messages.clear()
        await live(world, SweptWorld.run_until_quiet)
        await sweep_until_quiet(world)
        for run in await runs_of(world):
            await check_end(world, run)
            assert run.ending == "StoryCompleted"
            (shown,) = world.manifest().pictures
            assert (shown.take, shown.needs_review) == (1 if fails else 2, True)
            costs = Decimal(COST) if fails else 2 * Decimal(COST)
            assert world.manifest().cost_usd in ((None,) if shown.lost_calls else (costs, None))
            assert run.charges >= {"take:page-001:2"}
        assert bool(await runs_of(world)) == was_recorded(worker)
        # A refusal leaves nothing in the store: until it is decided, it may have been a picture.
        await check_purchases(world, pictures=2, died_on="draw" if fails else worker.calls[-1])
        await check_silence(world)
    assert deaths > 25, f"only {deaths} steps were seen"


class FlawedModel(FakeImageModel):
    """Draws pictures with a frame; refuses another one where `fails_after` says so."""

    fails_after: Callable[[], bool] = staticmethod(lambda: False)

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        drawn = await super().draw(request, timeout_seconds=timeout_seconds)
        if self.fails_after():
            raise PromptRefusedError("no")
        return replace(drawn, content=framed(request.size))


def has_decided(world: SweptWorld) -> bool:
    return any(record.outcome for record in world.ledger.tables.pictures.values())


async def illustrate_one_page(world: SweptWorld) -> None:
    await illustrate(world, story(characters=[], pages=[page(1)], max_cost_usd=1))


async def test_wherever_a_sweep_dies_the_next_one_brings_the_story_on() -> None:
    deaths = 0
    while True:
        world = SweptWorld()
        await live(world, illustrate, dies_before="send")
        world.clock.advance(3 * 3600)
        sweeper = Worker(deaths + 1)
        try:
            await world.sweep(sweeper)
        except WorkerDied:
            deaths += 1
        else:
            break
        await sweep_until_quiet(world)
        (run,) = await runs_of(world)
        await check_end(world, run)
        assert len(world.model.requests) == PICTURES
    assert deaths == len(sweeper.calls)


@pytest.mark.parametrize("old_is_drawn", [False, True], ids=["the older run waits", "the older run is half done"])
async def test_wherever_the_planner_of_a_newer_revision_dies_the_older_run_ends_as_superseded(
    *, old_is_drawn: bool
) -> None:
    deaths = 0
    while True:
        world = SweptWorld()
        old = await world.accept(STORY)
        if old_is_drawn:
            await world.draw(world.queue.messages.pop(0))

        async def renew(world: SweptWorld) -> None:
            await world.accept(NEWER, minute=5)

        worker = await live(world, renew, dies_before=deaths + 1)
        if not worker.has_died:
            break
        deaths += 1
        world.queue.messages.clear()
        await sweep_until_quiet(world)
        runs = {run.revision: run for run in await runs_of(world)}
        for run in runs.values():
            await check_end(world, run)
        assert runs.pop(old.revision).ending == ("StoryCancelled" if was_recorded(worker) else "StoryCompleted")
        assert [run.ending for run in runs.values()] == ["StoryCompleted"] * was_recorded(worker)
        await check_silence(world)
    assert deaths > 8, f"only {deaths} steps were seen"


async def test_wherever_a_worker_died_over_an_older_revision_the_book_stays_the_newer_ones() -> None:
    deaths = 0
    while True:
        world = SweptWorld()
        worker = await live(world, illustrate, dies_before=deaths + 1)
        if not worker.has_died:
            break
        deaths += 1

        async def renew(world: SweptWorld) -> None:
            await illustrate(world, NEWER, minute=5)

        await live(world, renew)
        await sweep_until_quiet(world)
        for run in await runs_of(world):
            await check_end(world, run)
        manifest = json.loads(world.store.objects["books/lantern/manifest.json"].content)
        assert manifest["title"] == "The Second Lantern"
    assert deaths > 40, f"only {deaths} steps were seen"
