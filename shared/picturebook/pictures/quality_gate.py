"""The quality gate: a picture with findings is drawn once more, from the budget; then it is published as it is.

The further take is a take like a person's, with a claim of its own, so it is lost and found, held and swept as those
are. Unlike theirs it belongs to the picture's first ending: until it has ended, the picture stays open in its run.
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


async def judged(
    outcome: PictureOutcome, message: AnyDrawMessage, run: Run | None, services: Services, *, amount_usd: Decimal | None
) -> PictureOutcome:
    """Say of a drawn picture with findings whether it is drawn once more or published for review.

    `amount_usd` is what another take may cost at the most. There is one further take, of a story's picture, where the
    story's maximum allows it; a request without a story asked for one picture and gets one.
    """
    if not outcome.findings:
        return outcome
    again = further_take(message.picture)
    may_be_drawn_again = run is not None and message.picture.take == 1
    if run and may_be_drawn_again and await charge_run(run, take_charge(again, amount_usd), services):
        return outcome.model_copy(update={"is_retaken": True})
    return outcome.model_copy(update={"needs_review": True})


async def draw_again(record: PictureRecord, services: Services, progress: ProgressPublisher) -> None:
    """Open the further take of a picture that did not pass, queue it, and tell; may be repeated."""
    message = progress.message
    again = further_take(message.picture)
    await services.ledger_maintenance.open_take(again, opened_by=GATE, at=services.clock.now())
    await services.draw_queue.send([message.model_copy(update={"take": again.take, "is_drawn_already": False})])
    await progress.tell([image_retaken(message, record)])


def further_take(picture: PictureRef) -> PictureRef:
    """Return the name of the take after this one."""
    return picture.model_copy(update={"take": picture.take + 1})
