"""Ends a picture whose message killed every process that handled it, so that its story ends too.

Decodes nothing, makes no paid call and opens no stored picture, because one of these ended the process. The outcome
still names a paid original by its key.
"""

from __future__ import annotations

from picturebook.models.messages import AnyDrawMessage
from picturebook.pictures import outcomes
from picturebook.pictures.check_planned import is_over, is_planned
from picturebook.pictures.find_original import find_key
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.settlement import end_picture
from picturebook.ports.story_ledger import Admission
from picturebook.recovery.poison_message_detector import quarantined_input
from picturebook.retry_policy.redelivery import wait_out
from picturebook.services import Services


async def quarantine_picture(message: AnyDrawMessage, services: Services) -> None:
    """Decide that the picture failed, and end it; an ending that was decided before stays.

    A held picture is left to the person who resolves it. Raises RetryLater while the worker with the claim may still
    report, InputRefusedError for a run that does not exist, StoreUnavailableError.
    """
    clock, ledger = services.clock, services.ledger
    admission = await ledger.admit(message.picture, sheets=[], route="none")
    run, record = admission.run, admission.record
    if message.run and run is None:
        raise quarantined_input(what="the message")
    if record.outcome is None:
        if record.held_until or not _needs_end(message, admission):
            return
        wait_out(record.claim, clock)
        original = await find_key(record, services.image_store) if record.claim else None
        outcome = outcomes.quarantined(record, model=message.model, original=original)
        record = await ledger.decide(message.picture, outcome, decided_at=clock.now())
    await end_picture(record, run, services, ProgressPublisher(message, services.event_publisher, clock))


def _needs_end(message: AnyDrawMessage, admission: Admission) -> bool:
    """Say whether the picture needs an end: its run waits for it, or it may have been paid for."""
    if is_over(message, admission.run):
        return admission.record.claim is not None
    return is_planned(message, admission)
