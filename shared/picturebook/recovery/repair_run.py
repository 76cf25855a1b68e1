"""Repairs an unfinished run by making the step that a dead worker did not make.

    an ending is decided and not confirmed    announce it and confirm
    a newer revision is the current one       end the run as superseded
    no picture is open                        end the run
    recorded, and not queued                  start it, as plan_story would have done
    open pictures, and no progress            send their messages again (resend_pictures.py)
    resent too often                          give the pictures up (give_up_pictures.py)

A sweep first waits as long as a living worker may take. If both make a step, the second time changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from picturebook.models.runs import Run, RunEnding
from picturebook.ports.ledger_maintenance import RunName
from picturebook.recovery.give_up_pictures import MOST_RESENDS, give_up_pictures
from picturebook.recovery.resend_pictures import lost_messages
from picturebook.recovery.sweep_readings import SweepReadings
from picturebook.runs.ending import end_run
from picturebook.runs.plan_store import read_plan
from picturebook.runs.start import start_run, supersede
from picturebook.services import Services

# Ending a run takes seconds; the rest allows for retried AWS calls and for clocks that differ.
TIME_TO_END = timedelta(minutes=5)
# A story's message is redelivered after its visibility timeout of 12 minutes, and plan_story then continues.
TIME_TO_PLAN = timedelta(minutes=15)


class Repair(StrEnum):
    """What a sweep did with one run or picture."""

    ENDING_PUBLISHED = "ending_published"
    SUPERSEDED = "superseded"
    RUN_ENDED = "run_ended"
    RUN_STARTED = "run_started"
    PICTURES_SENT = "pictures_sent"
    GIVEN_UP = "given_up"
    HOLD_ENDED = "hold_ended"
    TAKE_SENT = "take_sent"
    TAKE_FORGOTTEN = "take_forgotten"


async def repair_run(name: RunName, services: Services, readings: SweepReadings) -> Repair | None:
    """Make the step that the run needs; return which, or None for a run that needs none yet.

    Raises StoreUnavailableError, and what reading a broken record or plan raises.
    """
    run = await services.ledger.find_run(name.story_id, name.revision)
    if run is None or run.is_confirmed:
        return None
    age = services.clock.now() - (run.decided_at or run.accepted_at)
    if age < TIME_TO_END:
        return None
    is_current = await _is_current(run, services)
    if run.ending:
        await end_run(run, services, is_current=is_current)
        return Repair.ENDING_PUBLISHED
    if not is_current:
        await supersede(run, services)
        return Repair.SUPERSEDED
    return await _resume(run, services, readings)


async def _is_current(run: Run, services: Services) -> bool:
    """Say whether the run is its story's current one; a run that never started counts as current."""
    was_started = run.is_queued or run.settled > 0
    if run.ending is RunEnding.CANCELLED or not was_started:
        return True
    return await services.ledger_maintenance.current_revision(run.story_id) == run.revision


async def _resume(run: Run, services: Services, readings: SweepReadings) -> Repair | None:
    quiet = services.clock.now() - (run.moved_at or run.accepted_at)
    if quiet < TIME_TO_END:
        return None
    if not run.open_pictures:
        await end_run(run, services)
        return Repair.RUN_ENDED
    if quiet < TIME_TO_PLAN:
        return None
    if run.is_queued:
        return await _resend_or_give_up(run, services, readings)
    return Repair.RUN_STARTED if await _start(run, services, readings) else None


async def _resend_or_give_up(run: Run, services: Services, readings: SweepReadings) -> Repair | None:
    messages = await lost_messages(run, services, readings)
    if not messages:
        return None
    if run.resends >= MOST_RESENDS:
        await give_up_pictures(messages, run, services)
        return Repair.GIVEN_UP
    await services.draw_queue.send(messages)
    return Repair.PICTURES_SENT


async def _start(run: Run, services: Services, readings: SweepReadings) -> bool:
    plan = await read_plan(run, services.image_store)
    if await readings.is_outage(plan.options.model):
        return False
    if not await services.ledger_maintenance.mark_moved(run, at=services.clock.now()):
        return False
    await start_run(run, plan, services, position=run.position)
    return True
