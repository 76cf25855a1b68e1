"""A story becomes a run: validate, price, record, announce, queue. All of it may be repeated."""

from __future__ import annotations

from dataclasses import dataclass

from picturebook.announcements import story_accepted
from picturebook.errors import InputRefusedError
from picturebook.models.runs import Run, RunEnding, UploadPosition
from picturebook.models.story import Story
from picturebook.planning import StoryPlan, check_budget, drawing_options, plan_pictures
from picturebook.use_cases.end_run import Desk, end_run
from picturebook.use_cases.keep_plan import read_plan, write_plan

SUPERSEDED = "superseded"


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
    plan = _plan(story, arrival, desk, default_model=default_model)
    await write_plan(plan, desk.store, correlation_id=arrival.correlation_id)
    # The first plan that was kept is the run's, whatever a later deployment's defaults would make of the story.
    run = await desk.ledger.record_run(_new_run(plan, arrival, desk))
    if run.ending is RunEnding.CANCELLED:
        # Its one ending stands, and what is current stays current.
        await end_run(run, desk)
        return run
    plan = await read_plan(run, desk.store)
    # The run may be an older record of the same revision; what counts is when it was uploaded this time.
    head = await desk.ledger.advance_head(run.model_copy(update={"position": arrival.position}))
    if head.displaced:
        await _supersede(head.displaced, run, desk)
    await desk.publisher.publish([story_accepted(run, title=story.title, worst_cost_usd=plan.worst_cost_usd)])
    if head.revision != run.revision:
        # A newer upload came first: this one is on record, and over.
        await _supersede(run.revision, run, desk)
    elif run.ending or not run.open_pictures:
        await end_run(run, desk)
    elif not run.is_queued:
        await desk.queue.send(plan.first_messages())
        await desk.ledger.mark_queued(run, at=desk.clock.now())
    return run


def _plan(story: Story, arrival: Arrival, desk: Desk, *, default_model: str) -> StoryPlan:
    try:
        options, spec = drawing_options(story, desk.catalogue, default_model=default_model)
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


async def _supersede(revision: str, by: Run, desk: Desk) -> None:
    """End a run because another revision of its story is the newer one, unless it has ended."""
    run = await desk.ledger.find_run(by.story_id, revision)
    if run is None or run.is_confirmed:
        return
    if run.ending is None:
        run = await desk.ledger.decide_ending(run, RunEnding.CANCELLED, reason=SUPERSEDED, decided_at=desk.clock.now())
    await end_run(run, desk)
