"""A story becomes a run: moderate, have the descriptions written, plan within the maximum, record, announce, queue.

All of it may be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from picturebook.errors import InputRefusedError
from picturebook.events import model_retiring
from picturebook.models.runs import Run, RunEnding, UploadPosition
from picturebook.models.story import Story
from picturebook.pictures.reuse import requests_drawn_already
from picturebook.planning import StoryPlan, drawing_options
from picturebook.runs.affordable_plan import PlanningInput, plan_within_budget
from picturebook.runs.ending import end_run
from picturebook.runs.plan_store import find_plan, read_plan, write_plan
from picturebook.runs.start import start_run
from picturebook.services import Services
from picturebook.settings import PlanningSettings
from picturebook.text_generation.moderation import moderate_story


@dataclass(frozen=True, slots=True)
class StorySubmission:
    """When and how a story was submitted: its position among uploads, and the id that its events carry."""

    position: UploadPosition
    correlation_id: str | None = None


async def plan_story(
    story: Story, submission: StorySubmission, services: Services, settings: PlanningSettings, *, deadline: datetime
) -> Run:
    """Accept a valid story and queue its pictures; return its run.

    The same revision again is announced again, and nothing is bought. Another revision ends the one
    before it. Raises InputRefusedError for what the catalogue, the moderation or the budget refuses, and RetryLater
    while the moderation is away, or too little time is left to have its characters described.
    """
    plan = await _plan(story, submission, services, settings, deadline=deadline)
    await write_plan(plan, services.image_store, correlation_id=submission.correlation_id)
    # The first plan that was kept is the run's, even if a later deployment has other defaults.
    run = await services.ledger.record_run(_new_run(plan, submission, services))
    if run.ending is RunEnding.CANCELLED:
        # The run keeps its one ending, and the current revision stays current.
        await end_run(run, services)
        return run
    plan = await read_plan(run, services.image_store)
    # The run may be an older record of the same revision; what counts is when it was uploaded this time.
    await start_run(run, plan, services, position=submission.position)
    await _announce_retirement(story, services, settings)
    return run


async def _plan(
    story: Story, submission: StorySubmission, services: Services, settings: PlanningSettings, *, deadline: datetime
) -> StoryPlan:
    try:
        options, spec = drawing_options(
            story,
            services.catalogue,
            default_model=settings.default_model,
            today=services.clock.now().date(),
            replace_within=settings.replace_within,
        )
    except InputRefusedError as error:
        error.story_id = story.story_id
        raise
    moderation_result = await moderate_story(story, services, rule=settings.moderation, deadline=deadline)
    # The same revision again is drawn with the texts that it has: no chat model is asked, and paid, for others.
    kept = await find_plan(story.story_id, story.revision(), services.image_store)
    return kept or await plan_within_budget(
        PlanningInput(
            story, options, spec, await _drawn_already(story, services), moderation_result, submission.correlation_id
        ),
        services,
        chat=services.catalogue.chat_or_unknown(services.chat_model_name or ""),
        deadline=deadline,
    )


async def _drawn_already(story: Story, services: Services) -> frozenset[str]:
    """Return the hashes of the requests that earlier revisions had drawn; a story that is new has none."""
    if await services.ledger_maintenance.current_revision(story.story_id) is None:
        return frozenset()
    return await requests_drawn_already(story.story_id, services.image_store)


async def _announce_retirement(story: Story, services: Services, settings: PlanningSettings) -> None:
    now = services.clock.now()
    choice = services.catalogue.choose(
        story.model or settings.default_model, today=now.date(), replace_within=settings.replace_within
    )
    if choice.retirement:
        await services.event_publisher.publish([model_retiring(choice.retirement, at=now)])


def _new_run(plan: StoryPlan, submission: StorySubmission, services: Services) -> Run:
    return Run(
        story_id=plan.story.story_id,
        revision=plan.revision,
        pictures_total=len(plan.picture_ids),
        open_pictures=frozenset(plan.picture_ids),
        accepted_at=services.clock.now(),
        position=submission.position,
        correlation_id=submission.correlation_id,
        spare_usd=plan.spare_usd,
    )
