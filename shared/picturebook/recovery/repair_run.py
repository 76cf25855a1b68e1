"""What an unfinished run needs when its worker died: each of these is a step that somebody should have made.

    an ending is decided and not confirmed    announce it and confirm
    a newer revision is the current one       end it as superseded
    no picture is open                        end it
    recorded, and not queued                  go on where plan_story stopped
    open pictures, and nothing moves          send their messages again (resend_pictures.py)
    that was in vain, time after time         give them up (give_up_pictures.py)

Whoever may still be at it is given time first. When both do it, nothing happens twice: every step may be repeated.
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

# Ending a run takes seconds; the rest is for AWS calls that are tried again and clocks that differ.
TIME_TO_END = timedelta(minutes=5)
# A story's own message comes again after 12 minutes, its visibility, and plan_story then goes on by itself.
TIME_TO_PLAN = timedelta(minutes=15)


class Repair(StrEnum):
    """What a sweep did with one run or picture."""

    ENDING_TOLD = "ending_told"
    SUPERSEDED = "superseded"
    RUN_ENDED = "run_ended"
    SET_GOING = "start_run"
    PICTURES_SENT = "pictures_sent"
    GIVEN_UP = "given_up"
    HOLD_ENDED = "hold_ended"
    TAKE_SENT = "take_sent"
    TAKE_FORGOTTEN = "take_forgotten"


async def repair_run(name: RunName, services: Services, readings: SweepReadings) -> Repair | None:
    """Do what the run needs; return what that was, None for a run that needs nothing or not yet.

    Raises StoreUnavailableError, and whatever a broken record or plan of the run makes its readers raise.
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
        return Repair.ENDING_TOLD
    if not is_current:
        await supersede(run, services)
        return Repair.SUPERSEDED
    return await _go_on(run, services, readings)


async def _is_current(run: Run, services: Services) -> bool:
    """Say whether the run's book is its story's; one that was never set going has not had its chance to be."""
    was_set_going = run.is_queued or run.settled > 0
    if run.ending is RunEnding.CANCELLED or not was_set_going:
        return True
    return await services.ledger_maintenance.current_revision(run.story_id) == run.revision


async def _go_on(run: Run, services: Services, readings: SweepReadings) -> Repair | None:
    quiet = services.clock.now() - (run.moved_at or run.accepted_at)
    if quiet < TIME_TO_END:
        return None
    if not run.open_pictures:
        await end_run(run, services)
        return Repair.RUN_ENDED
    if quiet < TIME_TO_PLAN:
        return None
    if run.is_queued:
        return await _move_pictures(run, services, readings)
    return Repair.SET_GOING if await _set_going(run, services, readings) else None


async def _move_pictures(run: Run, services: Services, readings: SweepReadings) -> Repair | None:
    messages = await lost_messages(run, services, readings)
    if not messages:
        return None
    if run.resends >= MOST_RESENDS:
        await give_up_pictures(messages, run, services)
        return Repair.GIVEN_UP
    await services.draw_queue.send(messages)
    return Repair.PICTURES_SENT


async def _set_going(run: Run, services: Services, readings: SweepReadings) -> bool:
    plan = await read_plan(run, services.image_store)
    if await readings.is_outage(plan.options.model):
        return False
    if not await services.ledger_maintenance.mark_moved(run, at=services.clock.now()):
        return False
    await start_run(run, plan, services, position=run.position)
    return True
