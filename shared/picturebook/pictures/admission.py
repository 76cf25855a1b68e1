"""What is known of a picture before anything is done: what its message asks for, what one read of the ledger says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from picturebook.catalogue import ModelSpec
from picturebook.errors import InputRefusedError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import ImageRequest
from picturebook.models.runs import Claim
from picturebook.pictures.purchase import Order
from picturebook.pictures.sheet_references import sheets_drawn_anew, sheets_of, with_sheets_drawn_anew
from picturebook.pictures.store_original import picture_prefix
from picturebook.planning import DrawingOptions, drawing_options, prompt_of, references_of, request_hash
from picturebook.ports.spending_policy import UNLIMITED, SpendingPolicy
from picturebook.ports.story_ledger import Admission
from picturebook.runs.budget import StorySpendingPolicy
from picturebook.services import Services
from picturebook.settings import DrawingSettings


@dataclass(frozen=True, slots=True)
class Drawing:
    """One admitted picture: what is asked for, and what the ledger said."""

    message: AnyDrawMessage
    order: Order
    spec: ModelSpec
    options: DrawingOptions
    admission: Admission
    request_hash: str

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
    services: Services,
    settings: DrawingSettings,
    *,
    deadline: datetime,
) -> Drawing:
    """Read everything that is known of the picture, in one request; `deadline` is when the caller's time ends.

    A second request is made where a sheet did not pass its checks and was drawn once more.

    Raises InputRefusedError for what the catalogue does not take, and for a run that does not exist.
    """
    # A run that is under way goes on with its model for as long as that is there.
    options, spec = drawing_options(
        message,
        services.catalogue,
        default_model=settings.default_model,
        today=services.clock.now().date(),
        replace_within=timedelta(0),
    )
    route = f"{services.provider}/{options.model}"
    # Of the chat model that is asked for its alt text, too: it would cost a request of its own.
    beside = services.chat_route if message.alt_text_by == "chat" else None
    admission = await services.ledger.admit(message.picture, sheets=sheets_of(message), route=route, other_route=beside)
    if anew := sheets_drawn_anew(message, admission):
        again = await services.ledger.admit(message.picture, sheets=anew, route=route)
        admission = with_sheets_drawn_anew(admission, again)
    if message.run and admission.run is None:
        raise InputRefusedError(
            f"names {message.run.story_id}/{message.run.revision}, which does not exist",
            field="run",
            accepted="a run that was accepted, or a request_id for a single picture",
            reason="unknown_run",
            story_id=message.run.story_id,
        )
    spending_policy: SpendingPolicy = UNLIMITED
    if admission.run:
        spending_policy = StorySpendingPolicy(admission.run, message, spec, options, services)
    order = Order(
        picture=message.picture,
        request=_request(message, spec, options, settings.image_moderation),
        route=route,
        key_prefix=picture_prefix(message.picture),
        on_unknown=options.on_unknown,
        deadline=deadline,
        spending_policy=spending_policy,
    )
    asked = message.model_copy(update={"size": options.size, "quality": options.quality})
    return Drawing(message, order, spec, options, admission, request_hash(asked, spec))


def _request(
    message: AnyDrawMessage, spec: ModelSpec, options: DrawingOptions, image_moderation: str | None
) -> ImageRequest:
    """Return the request with all references that it may have; whoever sends it leaves out those that there are not."""
    return ImageRequest(
        options.model,
        prompt_of(message, spec),
        options.size,
        options.quality,
        input_fidelity=spec.best_input_fidelity if references_of(message, spec) else None,
        moderation=image_moderation if image_moderation in spec.moderations else None,
    )
