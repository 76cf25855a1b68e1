"""The way of one picture, of any kind: admit, buy (permit, claim, draw, store), check, decide, announce.

Each step may be repeated: the worker that receives the message next continues from the ledger's record. A call of
unknown outcome is paid again at most once, or held for a person (`hold_picture`), as the message's `on_unknown` says.
"""

from __future__ import annotations

from datetime import datetime

from picturebook.errors import ClaimRefusedError, InputRefusedError, RetryLater
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import Costs, PictureOutcome, PictureStatus
from picturebook.models.runs import PictureRecord
from picturebook.pictures import outcomes
from picturebook.pictures.admission import Drawing, admit_picture
from picturebook.pictures.check_planned import check_is_planned, is_over
from picturebook.pictures.find_original import find_drawn, find_key
from picturebook.pictures.hold import hold_picture, publish_hold
from picturebook.pictures.outcomes import LostCall
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.quality_gate import apply_quality_gate
from picturebook.pictures.refusal import end_refused_picture
from picturebook.pictures.reuse import find_drawn_already
from picturebook.pictures.settlement import end_picture
from picturebook.pictures.sheet_references import failed_sheet, sheets_have_ended
from picturebook.pictures.take import finishing_input_of, image_request, take_picture
from picturebook.retry_policy.redelivery import PAUSE_AFTER_FAILURE, wait_out
from picturebook.runs.budget import charge_run, take_charge
from picturebook.services import Services
from picturebook.settings import DrawingSettings
from picturebook.text_generation.alt_text import known_alt_text
from picturebook.text_generation.picture_description import describe_picture

# How many deliveries of a picture may fail while its circuit is closed. Waiting never counts: not for an open circuit,
# a probe, a 429, a spent quota or a refused key.
MOST_FAILURES = 6


async def draw_picture(
    message: AnyDrawMessage, services: Services, settings: DrawingSettings, *, deadline: datetime
) -> None:
    """Draw the picture that `message` requests, or find that it was drawn, and bring it to its end.

    Returns when the message may be deleted. Raises RetryLater when it should be redelivered, InputRefusedError when
    the picture can never be drawn, StoreUnavailableError when our own storage is away.
    """
    try:
        await _draw_planned(message, services, settings, deadline)
    except InputRefusedError as error:
        if not await end_refused_picture(message, error, services, hold_for=settings.hold_for):
            raise


async def _draw_planned(
    message: AnyDrawMessage, services: Services, settings: DrawingSettings, deadline: datetime
) -> None:
    drawing = await admit_picture(message, services, settings, deadline=deadline)
    run, record = drawing.admission.run, drawing.admission.record
    progress = ProgressPublisher(message, services.event_publisher, services.clock)
    if record.outcome is None:
        check_is_planned(message, drawing.admission)
        record = await _continue_picture(drawing, services, settings, progress)
        if record.outcome is None:
            return
    await end_picture(record, run, services, progress)


async def _continue_picture(
    drawing: Drawing, services: Services, settings: DrawingSettings, progress: ProgressPublisher
) -> PictureRecord:
    """Return the record, with the picture's ending if this delivery or an earlier one decided it."""
    admission = drawing.admission
    if admission.record.held_until:
        return await _publish_held(admission.record, drawing, progress)
    try:
        if is_over(drawing.message, admission.run):
            outcome: PictureOutcome | LostCall | None = await _outcome_of_ended_run(drawing, services, settings)
        elif sheets_have_ended(drawing.message, admission):
            outcome = await _resume_or_buy(drawing, services, settings, progress)
        else:
            outcome = None  # the worker that settles the last sheet sends this page again
    except RetryLater:
        await progress.publish_pending()
        raise
    except ClaimRefusedError as ended:
        return ended.record
    if isinstance(outcome, LostCall):
        record = await hold_picture(drawing.message, outcome.claim, services, hold_for=settings.hold_for)
        return await _publish_held(record, drawing, progress)
    return admission.record if outcome is None else await _record_outcome(outcome, drawing, services)


async def _record_outcome(outcome: PictureOutcome, drawing: Drawing, services: Services) -> PictureRecord:
    """Decide the ending, and meter its cost when the ledger took our decision."""
    amount = drawing.request.max_cost_usd
    if not outcome.is_reused:
        outcome = await apply_quality_gate(outcome, drawing.message, drawing.admission.run, services, amount_usd=amount)
    if outcome.status is PictureStatus.DRAWN:
        outcome = outcome.model_copy(update={"request_hash": drawing.request.request_hash})
    decided_at = services.clock.now()
    record = await services.ledger.decide(drawing.message.picture, outcome, decided_at=decided_at)
    # Another delivery may have decided first, and has metered its own cost.
    is_ours = record.outcome == outcome and record.decided_at == decided_at
    if is_ours and outcome.attempts:
        services.meter.paid(outcome.costs or Costs(), model=outcome.model or drawing.spec.name)
    return record


async def _outcome_of_ended_run(
    drawing: Drawing, services: Services, settings: DrawingSettings
) -> PictureOutcome | None:
    """Return the outcome of a possibly paid picture of a run that is over; None for an unpaid one. Buys nothing."""
    if drawing.lost_claim is None:
        return None
    found = await _found_after_a_crash(drawing, services, settings)
    lost = outcomes.unknown(attempts=drawing.attempts, model=drawing.spec.name, why=outcomes.CANCELLED_MEANWHILE)
    return found or await _with_alt_text(lost, drawing, services)


async def _publish_held(record: PictureRecord, drawing: Drawing, progress: ProgressPublisher) -> PictureRecord:
    if record.held_until:
        await publish_hold(record, progress, at_risk_usd=drawing.request.max_cost_usd)
    elif record.outcome is None:
        raise RetryLater(PAUSE_AFTER_FAILURE, reason="another worker claimed the picture")
    return record


async def _resume_or_buy(
    drawing: Drawing, services: Services, settings: DrawingSettings, progress: ProgressPublisher
) -> PictureOutcome | LostCall:
    """Return how the picture ends, or the LostCall that a person must decide about.

    Raises RetryLater while neither can be known.
    """
    unanchored = failed_sheet(drawing.message, drawing.admission)
    if unanchored:
        return outcomes.sheet_not_drawn(unanchored, spec=drawing.spec)
    if drawing.lost_claim:
        found = await _found_after_a_crash(drawing, services, settings)
        if found:
            return found
        if drawing.options.on_unknown == "hold":
            return LostCall(drawing.lost_claim)
        if drawing.admission.record.repays:
            lost = outcomes.unknown(attempts=drawing.attempts, model=drawing.spec.name)
            return await _with_alt_text(lost, drawing, services)
    if drawing.admission.record.failures >= MOST_FAILURES:
        given_up = outcomes.given_up(attempts=drawing.attempts, spec=drawing.spec)
        return await _with_alt_text(given_up, drawing, services)
    return await _drawn_already(drawing, services) or await take_picture(drawing, services, settings, progress)


async def _with_alt_text(outcome: PictureOutcome, drawing: Drawing, services: Services) -> PictureOutcome:
    """Add the cost of an alt text that an earlier delivery had written to the outcome of a failed picture."""
    return outcomes.with_alt_text(outcome, await known_alt_text(drawing.message, services))


async def _drawn_already(drawing: Drawing, services: Services) -> PictureOutcome | None:
    """Return the picture that an earlier revision drew for the same request; None when it must be bought.

    A further take is always bought, and so is a picture for which a claim was already made.
    """
    message, run = drawing.message, drawing.admission.run
    if run is None or message.take > 1 or drawing.attempts:
        return None
    found = await find_drawn_already(run.story_id, drawing.request.request_hash, services.image_store)
    if found or not message.is_drawn_already:
        return found
    # The picture existed when the story was accepted, so no money was reserved for it.
    charge = take_charge(message.picture, drawing.request.max_cost_usd)
    return None if await charge_run(run, charge, services) else outcomes.over_budget(spec=drawing.spec)


async def _found_after_a_crash(
    drawing: Drawing, services: Services, settings: DrawingSettings
) -> PictureOutcome | None:
    """Return the outcome of an original that a lost call left in the store, or None.

    Raises RetryLater while the claim's worker may still report.
    """
    wait_out(drawing.lost_claim, services.clock)
    record = drawing.admission.record
    if await find_key(record, services.image_store) is None:
        return None
    if is_over(drawing.message, drawing.admission.run):
        alt_text = await known_alt_text(drawing.message, services)  # nothing more is bought for a run that is over
    else:
        alt_text = await describe_picture(drawing.message, services, deadline=drawing.deadline)
    request = await image_request(drawing, services, settings)
    finishing = finishing_input_of(drawing, request, alt_text)
    return await find_drawn(record, services, finishing=finishing, model=drawing.spec.name, alt_text=alt_text)
