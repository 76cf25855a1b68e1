"""Starts a recorded run: it becomes current, is announced, and its first pictures are queued.

`plan_story` starts new runs, and the sweep those whose planner died. Every step may be repeated.
"""

from __future__ import annotations

from picturebook.events import story_accepted
from picturebook.models.runs import Run, RunEnding, UploadPosition
from picturebook.planning import StoryPlan
from picturebook.runs.ending import end_run
from picturebook.services import Services

SUPERSEDED = "superseded"


async def start_run(run: Run, plan: StoryPlan, services: Services, *, position: UploadPosition) -> None:
    """Make the run current unless a newer upload is, end the run that it supersedes, announce, queue.

    `position` orders this upload among the story's; it may be later than the one in the run's record.
    """
    head = await services.ledger.advance_head(run.model_copy(update={"position": position}))
    if head.displaced:
        await _supersede_by_name(run.story_id, head.displaced, services)
    accepted = story_accepted(
        run,
        title=plan.story.title,
        pictures_drawn_already=sum(message.is_drawn_already for message in plan.messages),
        worst_cost_usd=plan.worst_cost_usd,
        moderation=plan.moderation,
    )
    await services.event_publisher.publish([accepted])
    if head.revision != run.revision:
        # A newer upload was processed first, so this run ends as superseded.
        await _supersede_by_name(run.story_id, run.revision, services)
    elif run.ending or not run.open_pictures:
        await end_run(run, services)
    elif not run.is_queued:
        await services.draw_queue.send(plan.first_messages())
        await services.ledger.mark_queued(run, at=services.clock.now())


async def supersede(run: Run, services: Services) -> None:
    """End a run that a newer revision of its story supersedes, unless its ending is confirmed."""
    if run.is_confirmed:
        return
    if run.ending is None:
        run = await services.ledger.decide_ending(
            run, RunEnding.CANCELLED, reason=SUPERSEDED, decided_at=services.clock.now()
        )
    await end_run(run, services, is_current=False)


async def _supersede_by_name(story_id: str, revision: str, services: Services) -> None:
    run = await services.ledger.find_run(story_id, revision)
    if run:
        await supersede(run, services)
