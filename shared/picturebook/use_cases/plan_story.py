"""A story becomes a run: validate, price, record, announce, queue. All of it may be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from picturebook.catalogue import REPLACE_WITHIN
from picturebook.errors import InputRefusedError
from picturebook.models.runs import Run, RunEnding, UploadPosition
from picturebook.models.story import Story
from picturebook.planning import StoryPlan, check_budget, drawing_options, plan_pictures
from picturebook.use_cases.end_run import Desk, end_run
from picturebook.use_cases.keep_plan import read_plan, write_plan
from picturebook.use_cases.set_going import set_going


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a story came: where it stands among uploads, and the id that its events carry."""

    position: UploadPosition
    correlation_id: str | None = None


async def plan_story(
    story: Story, arrival: Arrival, desk: Desk, *, default_model: str, replace_within: timedelta = REPLACE_WITHIN
) -> Run:
    """Accept a valid story and queue its pictures; return its run.

    The same revision again is announced again, and nothing is bought. Another revision ends the one
    before it. A model that goes within `replace_within` is replaced. Raises InputRefusedError for what the
    catalogue or the budget refuses.
    """
    plan = _plan(story, arrival, desk, default_model=default_model, replace_within=replace_within)
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


def _plan(story: Story, arrival: Arrival, desk: Desk, *, default_model: str, replace_within: timedelta) -> StoryPlan:
    today = desk.clock.now().date()
    try:
        options, spec = drawing_options(
            story, desk.catalogue, default_model=default_model, today=today, replace_within=replace_within
        )
    except InputRefusedError as error:
        error.story_id = story.story_id
        raise
    plan = plan_pictures(story, spec, options=options, correlation_id=arrival.correlation_id)
    check_budget(plan)
    return plan


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
