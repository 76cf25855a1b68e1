"""Finds the run that a command names: by its story, and by a revision, which defaults to the current one."""

from __future__ import annotations

from picturebook.errors import InputRefusedError
from picturebook.models.runs import Run, RunEnding
from picturebook.services import Services


async def find_run(story_id: str, revision: str | None, services: Services) -> Run:
    """Return the run; raises InputRefusedError (`unknown_story` or `unknown_run`) when it was not accepted."""
    current = revision or await services.ledger_maintenance.current_revision(story_id)
    run = await services.ledger.find_run(story_id, current) if current else None
    if run:
        return run
    known = await services.ledger_maintenance.current_revision(story_id)
    if known is None:
        raise InputRefusedError(
            f"{story_id} is not a story that was accepted",
            field="story_id",
            accepted="the id of an accepted story",
            reason="unknown_story",
            story_id=story_id,
        )
    raise InputRefusedError(
        f"{story_id} has no revision {revision}",
        field="revision",
        accepted=f"{known}, the current one, or none, which means it",
        reason="unknown_run",
        story_id=story_id,
    )


def refuse_if_cancelled(run: Run, action: str) -> None:
    """Raise InputRefusedError for an `action`, a verb phrase, that would buy a picture for a cancelled run."""
    if run.ending is RunEnding.CANCELLED:
        raise InputRefusedError(
            f"{run.story_id} was cancelled ({run.ending_reason}), so no more pictures are bought for it",
            field="story_id",
            accepted=f"a story that was not cancelled; to {action}, submit the story again with a change",
            reason="cancelled",
            story_id=run.story_id,
        )
