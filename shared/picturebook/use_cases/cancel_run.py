"""A person ends a run: nothing more is bought, what was drawn is kept."""

from __future__ import annotations

from picturebook.models.control import CancelMessage
from picturebook.models.runs import RunEnding
from picturebook.runs.ending import end_run
from picturebook.runs.find_run import find_run
from picturebook.services import Services

CANCELLED = "cancelled"


async def cancel_run(wish: CancelMessage, services: Services) -> None:
    """End the run that `wish` names; one that has ended keeps its ending, and announces it again.

    Pictures that are being drawn are paid for, so they are stored and announced. May be repeated.
    """
    run = await find_run(wish.story_id, wish.revision, services)
    run = await services.ledger.decide_ending(
        run, RunEnding.CANCELLED, reason=CANCELLED, decided_at=services.clock.now()
    )
    await end_run(run, services)
