"""A story becomes a run: validate, price, record, announce, queue. All of it may be repeated."""

from __future__ import annotations

from dataclasses import dataclass

from picturebook.errors import InputRefusedError
from picturebook.models.runs import Run, RunEnding, UploadPosition
from picturebook.models.story import Story
from picturebook.planning import StoryPlan, check_budget, drawing_options, plan_pictures, words_of_the_story
from picturebook.use_cases.end_run import Desk, end_run
from picturebook.use_cases.keep_plan import read_plan, write_plan
from picturebook.use_cases.reuse_picture import requests_drawn_already
from picturebook.use_cases.set_going import set_going


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a story came: where it stands among uploads, and the id that its events carry."""

    position: UploadPosition
    correlation_id: str | None = None


async def plan_story(story: Story, arrival: Arrival, desk: Desk, *, default_model: str) -> Run:
    """Accept a valid story and queue its pictures; return its run.

    The same revision again is announced again, and nothing is bought. Another revision ends the one
    before it. Raises InputRefusedError for what the catalogue or the budget refuses.
    """
    plan = await _plan(story, arrival, desk, default_model=default_model)
    await write_plan(plan, desk.store, correlation_id=arrival.correlation_id)
    # The first plan that was kept is the run's, whatever a later deployment's defaults would make of the story.
    run = await desk.ledger.record_run(_new_run(plan, arrival, desk))
    if run.ending is RunEnding.CANCELLED:
        # Its one ending stands, and what is current stays current.
        await end_run(run, desk)
        return run
    plan = await read_plan(run, desk.store)
    # The run may be an older record of the same revision; what counts is when it was uploaded this time.
    await set_going(run, plan, desk, position=arrival.position)
    return run


async def _plan(story: Story, arrival: Arrival, desk: Desk, *, default_model: str) -> StoryPlan:
    try:
        options, spec = drawing_options(story, desk.catalogue, default_model=default_model)
    except InputRefusedError as error:
        error.story_id = story.story_id
        raise
    plan = plan_pictures(
        story,
        spec,
        options=options,
        words=words_of_the_story(story),
        drawn_already=await _drawn_already(story, desk),
        correlation_id=arrival.correlation_id,
    )
    check_budget(plan)
    return plan


async def _drawn_already(story: Story, desk: Desk) -> frozenset[str]:
    """Return the hashes of the requests that earlier revisions had drawn; a story that is new has none."""
    if await desk.upkeep.current_revision(story.story_id) is None:
        return frozenset()
    return await requests_drawn_already(story.story_id, desk.store)


def _new_run(plan: StoryPlan, arrival: Arrival, desk: Desk) -> Run:
    return Run(
        story_id=plan.story.story_id,
        revision=plan.revision,
        pictures_total=len(plan.picture_ids),
        open_pictures=frozenset(plan.picture_ids),
        accepted_at=desk.clock.now(),
        position=arrival.position,
        correlation_id=arrival.correlation_id,
        spare_usd=plan.spare_usd,
    )
