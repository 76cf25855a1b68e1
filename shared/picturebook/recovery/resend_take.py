"""A take that a person asked for, and whose message seems to be lost, is queued again.

Its run may have had its one ending long ago, and the picture is none of its open ones: only the take's own place among
what is unfinished tells of it. The rules are those of resend_pictures.py.
"""

from __future__ import annotations

from picturebook.models.runs import PictureRecord, Run, RunEnding
from picturebook.pictures.further_take import take_message
from picturebook.recovery.give_up_pictures import MOST_RESENDS, give_up_pictures
from picturebook.recovery.repair_run import TIME_TO_PLAN, Repair
from picturebook.recovery.resend_pictures import is_spoken_for, seems_lost
from picturebook.recovery.sweep_readings import SweepReadings
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services


async def resend_take(record: PictureRecord, services: Services, readings: SweepReadings) -> Repair | None:
    """Queue the message of an opened take again; return what was done, None for a take that needs nothing or not yet.

    A take whose run was cancelled is bought no more: unless a lost call of it is to be looked up, it is forgotten.
    Of two sweeps at once one sends.
    """
    now = services.clock.now()
    if record.moved_at is None or now - record.moved_at < TIME_TO_PLAN:
        return None
    picture = record.picture
    run = await services.ledger.find_run(picture.story_id or "", picture.revision or "")
    if run is None or (run.ending is RunEnding.CANCELLED and record.claim is None):
        await services.ledger_maintenance.forget_take(picture)
        return Repair.TAKE_FORGOTTEN
    if is_spoken_for(record, now) or not await seems_lost(record.moved_at, now, readings):
        return None
    return await _move(record, run, services, readings)


async def _move(record: PictureRecord, run: Run, services: Services, readings: SweepReadings) -> Repair | None:
    plan = await read_plan(run, services.image_store)
    if await readings.is_outage(plan.options.model):
        return None
    message = take_message(record.picture, plan, await services.ledger.pictures(run))
    # The mark comes first, as with a run's own pictures.
    if not await services.ledger_maintenance.mark_take_moved(record, at=services.clock.now()):
        return None
    if record.resends >= MOST_RESENDS:
        await give_up_pictures([message], run, services)
        return Repair.GIVEN_UP
    await services.draw_queue.send([message])
    return Repair.TAKE_SENT
