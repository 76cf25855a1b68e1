"""What is known of a picture before anything is done: what its message asks for, what one read of the ledger says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from picturebook.catalogue import Catalogue, ModelSpec
from picturebook.errors import InputRefusedError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import ImageRequest
from picturebook.models.runs import Claim
from picturebook.planning import DrawingOptions, drawing_options, prompt_of
from picturebook.ports.story_ledger import Admission
from picturebook.use_cases.buy_picture import Order
from picturebook.use_cases.charge_run import StoryPayer
from picturebook.use_cases.end_run import Desk
from picturebook.use_cases.follow_sheets import sheets_of
from picturebook.use_cases.payer import PAYS_WHAT_IS_ASKED, Payer
from picturebook.use_cases.store_original import picture_prefix


@dataclass(frozen=True, slots=True)
class Drawing:
    """One admitted picture: what is asked for, and what the ledger said."""

    message: AnyDrawMessage
    order: Order
    spec: ModelSpec
    options: DrawingOptions
    admission: Admission

    @property
    def attempts(self) -> int:
        """How many claims were given for it."""
        return self.admission.record.attempts

    @property
    def lost_claim(self) -> Claim | None:
        """The claim of somebody who never reported, or may still."""
        return self.admission.record.claim


async def admit_picture(
    message: AnyDrawMessage,
    desk: Desk,
    *,
    catalogue: Catalogue,
    default_model: str,
    provider: str,
    deadline: datetime,
) -> Drawing:
    """Read everything that is known of the picture, in one request; `deadline` is when the caller's time ends.

    Raises InputRefusedError for what the catalogue does not take, and for a run that does not exist.
    """
    # A run that is under way goes on with its model for as long as that is there.
    options, spec = drawing_options(
        message,
        catalogue,
        default_model=default_model,
        today=desk.clock.now().date(),
        replace_within=timedelta(0),
    )
    prompt = prompt_of(message, spec)
    route = f"{provider}/{options.model}"
    admission = await desk.ledger.admit(message.picture, sheets=sheets_of(message), route=route)
    if message.run and admission.run is None:
        raise InputRefusedError(
            f"names {message.run.story_id}/{message.run.revision}, which does not exist",
            field="run",
            accepted="a run that was accepted, or a request_id for a single picture",
            reason="unknown_run",
            story_id=message.run.story_id,
        )
    payer: Payer = PAYS_WHAT_IS_ASKED
    if admission.run:
        payer = StoryPayer(admission.run, message, spec, options, desk)
    order = Order(
        picture=message.picture,
        request=ImageRequest(options.model, prompt, options.size, options.quality),
        route=route,
        key_prefix=picture_prefix(message.picture),
        on_unknown=options.on_unknown,
        deadline=deadline,
        payer=payer,
    )
    return Drawing(message, order, spec, options, admission)
