"""Settles a decided picture: sends the pictures that waited for it, announces it, and ends its run after the last one.

A redelivered message repeats all of this, which is safe: the ledger's writes are idempotent and events keep their ids.
"""

from __future__ import annotations

from picturebook.events import Event, image_ended, story_progressed
from picturebook.models.pictures import PictureKind, PictureStatus
from picturebook.models.runs import PictureRecord, Run, RunEnding
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.quality_gate import draw_again
from picturebook.pictures.reuse import remember_drawn
from picturebook.runs.ending import end_run, renew_book
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services


async def end_picture(record: PictureRecord, run: Run | None, services: Services, progress: ProgressPublisher) -> None:
    """Announce the picture's ending and start what follows from it. The message may be deleted only after this."""
    outcome, picture = record.outcome, record.picture
    if run is None or outcome is None:
        await progress.publish([_ended_event(record, services, progress)])
        return
    if outcome.is_retaken and run.ending is not RunEnding.CANCELLED:
        await draw_again(record, services, progress)
        return
    published = await _shown_take(record, services)
    await remember_drawn(published, run.story_id, services.image_store)
    if picture.take > 1 and not record.is_quality_retake:
        # The first take has settled the picture, and the run may already have ended.
        await renew_book(run, services)
        await progress.publish([_ended_event(record, services, progress)])
        return
    run = await services.ledger.settle(run, picture.picture_id, at=services.clock.now())
    if progress.message.kind is PictureKind.CHARACTER and run.open_pictures and not run.ending:
        await _send_waiting_pictures(run, picture.picture_id, services)
    ended = _ended_event(published, services, progress, failed_after=record if published is not record else None)
    await progress.publish([ended, story_progressed(run, at=ended.metadata.occurred_at)])
    if not run.open_pictures and not run.is_confirmed:
        await end_run(run, services)


def _ended_event(
    record: PictureRecord, services: Services, progress: ProgressPublisher, *, failed_after: PictureRecord | None = None
) -> Event:
    uri = services.image_store.uri(record.outcome.key) if record.outcome and record.outcome.key else None
    message = progress.message.model_copy(update={"take": record.picture.take})
    return image_ended(message, record, uri=uri, failed_after=failed_after)


async def _shown_take(record: PictureRecord, services: Services) -> PictureRecord:
    """Return the take that the book shows: the first one when the quality gate's further take failed."""
    failed = record.outcome and record.outcome.status is PictureStatus.FAILED
    if not (failed and record.is_quality_retake):
        return record
    first = record.picture.model_copy(update={"take": 1})
    return await services.ledger_maintenance.find_picture(first) or record


async def _send_waiting_pictures(run: Run, settled: str, services: Services) -> None:
    plan = await read_plan(run, services.image_store)
    waiting = plan.ready_after(settled, run.open_pictures)
    if waiting:
        await services.draw_queue.send(waiting)
