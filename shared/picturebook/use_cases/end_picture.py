"""Everything that follows a decided picture: progress, the pages that waited for it, the end of its run.

All of it may be repeated, and is, when a message comes again: the ledger's writes are idempotent and
events carry the ids of their facts.
"""

from __future__ import annotations

from picturebook.announcements import image_ended, story_progressed
from picturebook.models.pictures import PictureKind
from picturebook.models.runs import PictureRecord, Run
from picturebook.use_cases.announce import Announcer
from picturebook.use_cases.end_run import Desk, end_run, renew_book
from picturebook.use_cases.keep_plan import read_plan


async def end_picture(record: PictureRecord, run: Run | None, desk: Desk, announcer: Announcer) -> None:
    """Announce the picture's ending and do what it sets going. The message is deleted after this, not before."""
    message = announcer.message
    uri = desk.store.uri(record.outcome.key) if record.outcome and record.outcome.key else None
    ended = image_ended(message, record, uri=uri)
    if run is None:
        await announcer.tell([ended])
        return
    if message.picture.take > 1:
        # Its first take has settled it, and the run may have had its one ending.
        await renew_book(run, desk)
        await announcer.tell([ended])
        return
    run = await desk.ledger.settle(run, message.picture.picture_id, at=desk.clock.now())
    if message.kind is PictureKind.CHARACTER and run.open_pictures and not run.ending:
        await _send_pages_that_waited(run, message.picture.picture_id, desk)
    await announcer.tell([ended, story_progressed(run, at=ended.metadata.occurred_at)])
    if not run.open_pictures and not run.is_confirmed:
        await end_run(run, desk)


async def _send_pages_that_waited(run: Run, settled: str, desk: Desk) -> None:
    plan = await read_plan(run, desk.store)
    waited = plan.pages_ready_after(settled, run.open_pictures)
    if waited:
        await desk.queue.send(waited)
