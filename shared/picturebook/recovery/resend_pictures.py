"""Pictures of a run whose messages seem to be lost are queued again.

That they are lost nobody can see: it is inferred from a run that does not move and from queues that hold nothing
old enough. When that is wrong, a picture has two messages, and its claim and its outcome make one of them harmless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.pictures.quality_gate import further_take
from picturebook.pictures.sheet_references import sheets_of
from picturebook.planning import StoryPlan
from picturebook.recovery.sweep_readings import SweepReadings
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services

# A page is sent some time after its last sheet moved the run, and CloudWatch tells a message's age some minutes late.
LATENESS = timedelta(minutes=15)


async def lost_messages(run: Run, services: Services, readings: SweepReadings) -> Sequence[AnyDrawMessage]:
    """Return the messages of the open pictures that can be drawn now, marked as moved; none when there is no reason to.

    There is none while the run moved lately, while the image queues hold a message that is old enough to be one of
    its own (or nobody can say), in an outage, and for pictures that wait for a person, are at work under a claim, or
    are being drawn once more.
    Of two sweeps at once one gets them, to send them or to give their pictures up.
    """
    now = services.clock.now()
    if not await seems_lost(run.moved_at or run.accepted_at, now, readings):
        return []
    plan = await read_plan(run, services.image_store)
    if await readings.is_outage(plan.options.model):
        return []
    records = {record.picture: record for record in await services.ledger.pictures(run)}
    messages = [
        message
        for message in _drawable_now(plan, run)
        if not is_spoken_for(records.get(message.picture), now) and not _is_drawn_again(message.picture, records)
    ]
    # The mark comes first: a sweep that dies after it makes the run wait, one that died before it would send twice.
    if not messages or not await services.ledger_maintenance.mark_moved(run, at=now):
        return []
    return messages


async def seems_lost(moved_at: datetime, now: datetime, readings: SweepReadings) -> bool:
    """Say whether what was queued at `moved_at` has stood still for longer than any message of it can be at work."""
    quiet = now - moved_at
    oldest = (await readings.queues()).oldest
    return oldest is not None and quiet > max(await readings.longest_quiet_time(), oldest + LATENESS)


def _is_drawn_again(picture: PictureRef, records: Mapping[PictureRef, PictureRecord]) -> bool:
    """Say whether the gate's further take is on its way: that one is swept, or held, by itself (resend_take.py)."""
    further = records.get(further_take(picture))
    return further is not None and further.outcome is None


def _drawable_now(plan: StoryPlan, run: Run) -> Sequence[AnyDrawMessage]:
    """Return the open pictures that wait for no other: characters, and pages whose sheets have all settled."""
    still_open = run.open_pictures
    return [
        message
        for message in plan.messages
        if message.picture.picture_id in still_open
        and still_open.isdisjoint(sheet.picture_id for sheet in sheets_of(message))
    ]


def is_spoken_for(record: PictureRecord | None, now: datetime) -> bool:
    """Say whether a person or a worker has the picture."""
    if record is None:
        return False
    return record.held_until is not None or (record.claim is not None and record.claim.deadline > now)
