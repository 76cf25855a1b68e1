"""Sends the message of a further take again when it seems to be lost.

The take's run may have ended long ago, so the ledger's index of unfinished work lists the take by itself. The rules are
those of resend_pictures.py.
"""

from __future__ import annotations

from picturebook.models.runs import PictureRecord, Run, RunEnding
from picturebook.pictures.further_take import take_message
from picturebook.recovery.give_up_pictures import MOST_RESENDS, give_up_pictures
from picturebook.recovery.repair_run import TIME_TO_PLAN, Repair
from picturebook.recovery.resend_pictures import is_held_or_claimed, seems_lost
from picturebook.recovery.sweep_readings import SweepReadings
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services


async def resend_take(record: PictureRecord, services: Services, readings: SweepReadings) -> Repair | None:
    """Send the message of an opened take again; return the repair, or None for a take that needs none yet.

    A take of a cancelled run is not bought: it is forgotten, unless it has a claim whose outcome must be looked up.
    Of two sweeps at once, one sends.
    """
    now = services.clock.now()
    if record.moved_at is None or now - record.moved_at < TIME_TO_PLAN:
        return None
    picture = record.picture
    run = await services.ledger.find_run(picture.story_id or "", picture.revision or "")
    if run is None or (run.ending is RunEnding.CANCELLED and record.claim is None):
        await services.ledger_maintenance.forget_take(picture)
        return Repair.TAKE_FORGOTTEN
    if is_held_or_claimed(record, now) or not await seems_lost(record.moved_at, now, readings):
        return None
    return await _resend_or_give_up(record, run, services, readings)


async def _resend_or_give_up(
    record: PictureRecord, run: Run, services: Services, readings: SweepReadings
) -> Repair | None:
    plan = await read_plan(run, services.image_store)
    if await readings.is_outage(plan.options.model):
        return None
    message = take_message(record.picture, plan, await services.ledger.pictures(run))
    # Mark first, as with a run's own pictures.
    if not await services.ledger_maintenance.mark_take_moved(record, at=services.clock.now()):
        return None
    if record.resends >= MOST_RESENDS:
        await give_up_pictures([message], run, services)
        return Repair.GIVEN_UP
    await services.draw_queue.send([message])
    return Repair.TAKE_SENT
