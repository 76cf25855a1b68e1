"""Cancels a run: nothing more is bought, and the pictures that were drawn are kept."""

from __future__ import annotations

from picturebook.models.control import CancelMessage
from picturebook.models.runs import RunEnding
from picturebook.runs.ending import end_run
from picturebook.runs.find_run import find_run
from picturebook.services import Services

CANCELLED = "cancelled"


async def cancel_run(command: CancelMessage, services: Services) -> None:
    """End the run that `command` names. A run that has already ended keeps its ending, which is announced again.

    Pictures that are being drawn are paid for, so they are still stored and announced. May be repeated.
    """
    run = await find_run(command.story_id, command.revision, services)
    run = await services.ledger.decide_ending(
        run, RunEnding.CANCELLED, reason=CANCELLED, decided_at=services.clock.now()
    )
    await end_run(run, services)
