"""Ends a picture whose message killed every process that handled it, so that its story ends too.

It decodes nothing, calls nobody who costs money, and looks at no stored picture: one of these was deadly.
"""

from __future__ import annotations

from picturebook import outcomes
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import Run
from picturebook.use_cases.announce import Announcer
from picturebook.use_cases.draw_picture import Studio
from picturebook.use_cases.end_picture import end_picture
from picturebook.use_cases.put_back import wait_out
from picturebook.use_cases.watch_starts import quarantined_input


async def quarantine_picture(message: AnyDrawMessage, studio: Studio) -> None:
    """Decide the picture's failure and do what follows from it; an ending that was decided before stays.

    Raises PutBack while a claim's holder may still report, InputRefusedError for a run that does not exist,
    StoreUnavailableError.
    """
    clock, ledger = studio.shop.clock, studio.shop.ledger
    admission = await ledger.admit(message.picture, sheets=[], route="none")
    run, record = admission.run, admission.record
    if message.run and run is None:
        raise quarantined_input(what="the message")
    if record.outcome is None:
        if run and not _is_open(message, run):
            return
        wait_out(record.claim, clock)
        record = await ledger.decide(message.picture, outcomes.quarantined(record), decided_at=clock.now())
    await end_picture(record, run, studio.desk, Announcer(message, studio.desk.publisher, clock))


def _is_open(message: AnyDrawMessage, run: Run) -> bool:
    return not run.ending and message.take == 1 and message.picture.picture_id in run.open_pictures
