"""The quality gate: a picture with findings is drawn once more, from the budget; then it is published for review.

The further take has its own claim, so recovery, holds and sweeps treat it like a take that a person opened. Unlike such
a take it belongs to the picture's first ending: until it has ended, the picture stays open in its run.
"""

from __future__ import annotations

from decimal import Decimal

from picturebook.events import image_retaken
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureOutcome, PictureRef
from picturebook.models.runs import GATE, PictureRecord, Run
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.runs.budget import charge_run, take_charge
from picturebook.services import Services


async def apply_quality_gate(
    outcome: PictureOutcome, message: AnyDrawMessage, run: Run | None, services: Services, *, amount_usd: Decimal | None
) -> PictureOutcome:
    """Return the outcome of a picture, marked as retaken or as needing review when the checks found flaws.

    `amount_usd` is the most that another take may cost. A story's picture gets one further take if the story's maximum
    allows it; a request without a story gets none.
    """
    if not outcome.findings:
        return outcome
    again = further_take(message.picture)
    may_be_drawn_again = run is not None and message.picture.take == 1
    if run and may_be_drawn_again and await charge_run(run, take_charge(again, amount_usd), services):
        return outcome.model_copy(update={"is_retaken": True})
    return outcome.model_copy(update={"needs_review": True})


async def draw_again(record: PictureRecord, services: Services, progress: ProgressPublisher) -> None:
    """Open the further take of a picture that did not pass, queue it, and announce it; may be repeated."""
    message = progress.message
    again = further_take(message.picture)
    await services.ledger_maintenance.open_take(again, opened_by=GATE, at=services.clock.now())
    await services.draw_queue.send([message.model_copy(update={"take": again.take, "is_drawn_already": False})])
    await progress.publish([image_retaken(message, record)])


def further_take(picture: PictureRef) -> PictureRef:
    """Return the name of the take after this one."""
    return picture.model_copy(update={"take": picture.take + 1})
