"""What is known of a picture before anything is done: what its message asks for, what one read of the ledger says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from picturebook.catalogue import ModelSpec
from picturebook.errors import InputRefusedError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.picture_request import PictureRequest
from picturebook.models.runs import Claim
from picturebook.pictures.sheet_references import sheets_drawn_anew, sheets_of, with_sheets_drawn_anew
from picturebook.planning import DrawingOptions, Sheet, drawing_options, request_of, sheets_there_are
from picturebook.ports.story_ledger import Admission
from picturebook.services import Services
from picturebook.settings import DrawingSettings


@dataclass(frozen=True, slots=True)
class Drawing:
    """One admitted picture: its message and request, the model that draws it, and what the ledger said.

    `deadline` is when the worker's invocation ends, `route` the circuit and rate limit of the model.
    """

    message: AnyDrawMessage
    request: PictureRequest
    spec: ModelSpec
    options: DrawingOptions
    admission: Admission
    route: str
    deadline: datetime

    @property
    def attempts(self) -> int:
        """How many claims were given for it."""
        return self.admission.record.attempts

    @property
    def lost_claim(self) -> Claim | None:
        """The claim of a worker that died before it reported, or that still may report."""
        return self.admission.record.claim

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets that are sent along: those that were drawn, as many as the model takes."""
        return sheets_there_are(self.message, self.admission.sheets.values(), self.spec)


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
    # Also read the circuit of the chat model that writes the alt text; reading it later would cost another request.
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
    return Drawing(message, request_of(message, spec, options), spec, options, admission, route, deadline)
