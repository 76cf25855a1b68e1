"""Sends a run's messages again when they seem to be lost.

SQS cannot say whether a message exists. A loss is inferred when the run makes no progress and the queues hold no
message old enough to be its own. If that is wrong, a picture has two messages, of which its claim and outcome make one
harmless.
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

# A page is sent some time after its last sheet settled, and CloudWatch reports a message's age some minutes late.
LATENESS = timedelta(minutes=15)


async def lost_messages(run: Run, services: Services, readings: SweepReadings) -> Sequence[AnyDrawMessage]:
    """Return the messages of the open pictures that can be drawn now and seem lost, after marking the run as moved.

    Returns none while the run made progress lately, while the image queues hold a message old enough to be its own (or
    its age is unknown), and in an outage. Leaves out pictures that are held, claimed, or being drawn once more by the
    quality gate. Of two sweeps at once, one gets the messages.
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
        if not is_held_or_claimed(records.get(message.picture), now) and not _is_drawn_again(message.picture, records)
    ]
    # Mark first: a sweep that dies after marking delays the run; one that died after sending would send twice.
    if not messages or not await services.ledger_maintenance.mark_moved(run, at=now):
        return []
    return messages


async def seems_lost(moved_at: datetime, now: datetime, readings: SweepReadings) -> bool:
    """Say whether messages queued at `moved_at` made no progress for longer than any of them can be in flight."""
    quiet = now - moved_at
    oldest = (await readings.queues()).oldest
    return oldest is not None and quiet > max(await readings.longest_quiet_time(), oldest + LATENESS)


def _is_drawn_again(picture: PictureRef, records: Mapping[PictureRef, PictureRecord]) -> bool:
    """Say whether the quality gate's further take is open: a sweep examines it by itself (resend_take.py)."""
    further = records.get(further_take(picture))
    return further is not None and further.outcome is None


def _drawable_now(plan: StoryPlan, run: Run) -> Sequence[AnyDrawMessage]:
    """Return the messages of open pictures whose sheets have all settled."""
    still_open = run.open_pictures
    return [
        message
        for message in plan.messages
        if message.picture.picture_id in still_open
        and still_open.isdisjoint(sheet.picture_id for sheet in sheets_of(message))
    ]


def is_held_or_claimed(record: PictureRecord | None, now: datetime) -> bool:
    """Say whether the picture is held for a person, or a worker's claim on it may still be active."""
    if record is None:
        return False
    return record.held_until is not None or (record.claim is not None and record.claim.deadline > now)
