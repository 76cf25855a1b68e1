"""A person ends a run: nothing more is bought, what was drawn is kept."""

from __future__ import annotations

from picturebook.models.control import CancelMessage
from picturebook.models.runs import RunEnding
from picturebook.use_cases.end_run import Desk, end_run
from picturebook.use_cases.name_run import name_run

CANCELLED = "cancelled"


async def cancel_run(wish: CancelMessage, desk: Desk) -> None:
    """End the run that `wish` names; one that has ended keeps its ending, and announces it again.

    Pictures that are being drawn are paid for, so they are stored and announced. May be repeated.
    """
    run = await name_run(wish.story_id, wish.revision, desk)
    run = await desk.ledger.decide_ending(run, RunEnding.CANCELLED, reason=CANCELLED, decided_at=desk.clock.now())
    await end_run(run, desk)
