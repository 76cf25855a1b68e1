"""Ends a picture that can no longer be requested, because the catalogue changed or a sheet disappeared.

Buys nothing. A picture that was paid for is never refused: its claim is waited for, its original looked up, or its call
reported as lost.
"""

from __future__ import annotations

from datetime import timedelta

from picturebook.errors import InputRefusedError, RetryLater
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureOutcome
from picturebook.models.runs import PictureRecord
from picturebook.pictures import outcomes
from picturebook.pictures.check_planned import is_over, is_planned
from picturebook.pictures.find_original import find_drawn
from picturebook.pictures.finish_original import finishing_input
from picturebook.pictures.hold import hold_picture, publish_hold
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.settlement import end_picture
from picturebook.ports.story_ledger import Admission
from picturebook.retry_policy.redelivery import PAUSE_AFTER_FAILURE, wait_out
from picturebook.services import Services
from picturebook.text_generation.alt_text import without_model


async def end_refused_picture(
    message: AnyDrawMessage, error: InputRefusedError, services: Services, *, hold_for: timedelta
) -> bool:
    """End or hold the picture; return False when only its message has to be refused.

    That is so for a message of an unknown run, for a picture that its plan does not have, and for an unclaimed request
    without a story. Raises RetryLater while the worker with the claim may still report, StoreUnavailableError.
    """
    admission = await services.ledger.admit(message.picture, sheets=[], route="none")
    run, record = admission.run, admission.record
    if message.run and run is None:
        return False
    if record.outcome is None and record.held_until is None:
        if record.claim is None and not _is_open(message, admission):
            return False
        record = await _decided(message, admission, error, services, hold_for=hold_for)
    progress = ProgressPublisher(message, services.event_publisher, services.clock)
    if record.outcome:
        await end_picture(record, run, services, progress)
    elif record.held_until:
        # Only the catalogue knows the most that the lost call may have cost.
        await publish_hold(record, progress, at_risk_usd=None)
    else:
        raise RetryLater(PAUSE_AFTER_FAILURE, reason="another worker claimed the picture")
    return True


def _is_open(message: AnyDrawMessage, admission: Admission) -> bool:
    run = admission.run
    return run is not None and not is_over(message, run) and is_planned(message, admission)


async def _decided(
    message: AnyDrawMessage, admission: Admission, error: InputRefusedError, services: Services, *, hold_for: timedelta
) -> PictureRecord:
    claim = admission.record.claim
    if claim is None:
        outcome = outcomes.refused(error, attempts=admission.record.attempts)
    else:
        wait_out(claim, services.clock)
        alt_text = without_model(message)
        finishing = finishing_input(message, model=message.model, alt_text=alt_text.alt.text)
        found = await find_drawn(
            admission.record, services, finishing=finishing, model=message.model, alt_text=alt_text
        )
        if found is None and message.on_unknown == "hold" and not is_over(message, admission.run):
            return await hold_picture(message, claim, services, hold_for=hold_for)
        outcome = found or _lost(message, admission, error)
    return await services.ledger.decide(message.picture, outcome, decided_at=services.clock.now())


def _lost(message: AnyDrawMessage, admission: Admission, error: InputRefusedError) -> PictureOutcome:
    cannot = f"it cannot be asked for again: {error.message.rstrip('.')}"
    why = outcomes.CANCELLED_MEANWHILE if is_over(message, admission.run) else cannot
    return outcomes.unknown(attempts=admission.record.attempts, model=message.model, why=why)
