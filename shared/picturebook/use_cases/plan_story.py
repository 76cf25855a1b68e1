"""A story becomes a run: validate, judge, put into words, price, record, announce, queue. All of it may be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from picturebook.announcements import model_retiring
from picturebook.errors import InputRefusedError
from picturebook.models.runs import Run, RunEnding, UploadPosition
from picturebook.models.story import Story
from picturebook.planning import StoryPlan, drawing_options
from picturebook.use_cases.end_run import Desk, end_run
from picturebook.use_cases.keep_plan import find_plan, read_plan, write_plan
from picturebook.use_cases.moderate_story import ModerationRule, moderate_story
from picturebook.use_cases.plan_words import StoryWishes, plan_within_budget
from picturebook.use_cases.reuse_picture import requests_drawn_already
from picturebook.use_cases.set_going import set_going
from picturebook.use_cases.text_desk import TextDesk


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a story came: where it stands among uploads, and the id that its events carry."""

    position: UploadPosition
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlanningDesk:
    """Everything that accepting a story needs.

    `moderation` says what becomes of a flagged story. A model that is retired within `replace_within` is replaced.
    """

    desk: Desk
    text: TextDesk
    default_model: str
    moderation: ModerationRule
    replace_within: timedelta


async def plan_story(story: Story, arrival: Arrival, planning: PlanningDesk, *, deadline: datetime) -> Run:
    """Accept a valid story and queue its pictures; return its run.

    The same revision again is announced again, and nothing is bought. Another revision ends the one
    before it. Raises InputRefusedError for what the catalogue, the moderation or the budget refuses, and PutBack
    while nobody can judge the story or too little time is left to have its looks written.
    """
    desk = planning.desk
    plan = await _plan(story, arrival, planning, deadline=deadline)
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
    await _tell_of_retirement(story, planning)
    return run


async def _plan(story: Story, arrival: Arrival, planning: PlanningDesk, *, deadline: datetime) -> StoryPlan:
    desk = planning.desk
    try:
        options, spec = drawing_options(
            story,
            desk.catalogue,
            default_model=planning.default_model,
            today=desk.clock.now().date(),
            replace_within=planning.replace_within,
        )
    except InputRefusedError as error:
        error.story_id = story.story_id
        raise
    verdict = await moderate_story(story, planning.text, rule=planning.moderation, deadline=deadline)
    # The same revision again is drawn in the words that it has: nobody is asked for others, and paid.
    kept = await find_plan(story.story_id, story.revision(), desk.store)
    return kept or await plan_within_budget(
        StoryWishes(story, options, spec, await _drawn_already(story, desk), verdict, arrival.correlation_id),
        planning.text,
        chat=desk.catalogue.chat_or_unknown(planning.text.chat_model),
        deadline=deadline,
    )


async def _drawn_already(story: Story, desk: Desk) -> frozenset[str]:
    """Return the hashes of the requests that earlier revisions had drawn; a story that is new has none."""
    if await desk.upkeep.current_revision(story.story_id) is None:
        return frozenset()
    return await requests_drawn_already(story.story_id, desk.store)


async def _tell_of_retirement(story: Story, planning: PlanningDesk) -> None:
    desk, now = planning.desk, planning.desk.clock.now()
    choice = desk.catalogue.choose(
        story.model or planning.default_model, today=now.date(), replace_within=planning.replace_within
    )
    if choice.retirement:
        await desk.publisher.publish([model_retiring(choice.retirement, at=now)])


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
