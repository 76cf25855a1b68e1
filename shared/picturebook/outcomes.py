"""The ways in which a picture can end, in one place. Pure."""

from __future__ import annotations

from decimal import Decimal

from picturebook.catalogue import ModelSpec
from picturebook.errors import (
    ImageProcessingError,
    InputRefusedError,
    OutcomeUnknownError,
    PicturebookError,
    PromptRefusedError,
    RequestRefusedError,
)
from picturebook.models.pictures import PictureOutcome, PictureStatus, Usage
from picturebook.models.runs import PictureRecord
from picturebook.picture_checks import CheckedPicture

# Errors that end a picture, with the reason that is published, and what the last call cost: None is unknown.
_ENDINGS: dict[type[PicturebookError], tuple[str, Decimal | None]] = {
    PromptRefusedError: ("refused_by_moderation", Decimal(0)),
    RequestRefusedError: ("refused_by_provider", Decimal(0)),
    ImageProcessingError: ("unusable_picture", None),
    OutcomeUnknownError: ("outcome_unknown", None),
}
TERMINAL_ERRORS = tuple(_ENDINGS)
A_LOST_CALL = "A call was made and its answer was lost: it may have been billed"
CANCELLED_MEANWHILE = "its story was cancelled meanwhile"


def drawn(checked: CheckedPicture, *, key: str, attempts: int, spec: ModelSpec, usage: Usage | None) -> PictureOutcome:
    """A picture that passed its checks. Without `usage` its cost is unknown."""
    outcome = found(checked, key=key, attempts=attempts, model=spec.name)
    return outcome.model_copy(update={"usage": usage, "cost_usd": spec.cost(usage)}) if usage else outcome


def found(checked: CheckedPicture, *, key: str, attempts: int, model: str | None) -> PictureOutcome:
    """A picture that a lost call had brought to the store, and that passed its checks; its cost is unknown."""
    return PictureOutcome(
        status=PictureStatus.DRAWN,
        attempts=attempts,
        key=key,
        media_type=checked.media_type,
        width=checked.width,
        height=checked.height,
        model=model,
    )


def found_unusable(error: ImageProcessingError, *, attempts: int, model: str | None) -> PictureOutcome:
    """What a lost call had brought to the store, and is no picture that can be published."""
    return _failed("unusable_picture", error.message, attempts=attempts, model=model, cost=None)


def ended_by(error: PicturebookError, *, attempts: int, spec: ModelSpec, usage: Usage | None = None) -> PictureOutcome:
    """A picture that one of TERMINAL_ERRORS ended; `usage` is given when its answer was counted."""
    reason, cost = next(ending for kind, ending in _ENDINGS.items() if isinstance(error, kind))
    if usage:
        cost = spec.cost(usage)
    return _failed(reason, error.message, attempts=attempts, model=spec.name, cost=cost, usage=usage)


def sheet_not_drawn(name: str, *, spec: ModelSpec) -> PictureOutcome:
    """A page whose character has no sheet: it is not drawn unanchored, and nothing was paid."""
    explanation = f"The sheet of {name} could not be drawn, so no page with {name} was."
    return _failed("sheet_not_drawn", explanation, attempts=0, model=spec.name, cost=Decimal(0))


def refused(error: InputRefusedError, *, attempts: int) -> PictureOutcome:
    """A planned picture that can no longer be asked for, as when a deployment took its model away."""
    cost = Decimal(0) if attempts == 0 else None
    return PictureOutcome(
        status=PictureStatus.FAILED, attempts=attempts, reason="refused_input", explanation=error.message, cost_usd=cost
    )


def given_up(*, attempts: int, spec: ModelSpec) -> PictureOutcome:
    """A picture for which the image service failed too often."""
    explanation = f"The image service failed {attempts} times with this picture."
    return _failed("provider_unavailable", explanation, attempts=attempts, model=spec.name, cost=Decimal(0))


def unknown(*, attempts: int, model: str | None, why: str = "it may not be paid again") -> PictureOutcome:
    """A picture whose paid call was lost with whoever made it, and `why` it is not paid for again."""
    return PictureOutcome(
        status=PictureStatus.FAILED,
        attempts=attempts,
        model=model,
        reason="outcome_unknown",
        explanation=f"{A_LOST_CALL}, and {why}.",
    )


def quarantined(record: PictureRecord, *, model: str | None, original: str | None) -> PictureOutcome:
    """A picture whose message ended every process that handled it; a claim that still stands may have been billed.

    `original` is the key of what that call brought to the store, which nobody has opened.
    """
    words = "The message of this picture ended the process that handled it, time after time"
    if record.claim is None:
        return _failed("quarantined", f"{words}.", attempts=record.attempts, model=model, cost=Decimal(0))
    words = f"{words}; its last call may have been billed"
    if original:
        words = f"{words}, and an original that nobody has opened lies under {original}"
    return _failed("outcome_unknown", f"{words}.", attempts=record.attempts, model=model, cost=None)


def stuck(record: PictureRecord) -> PictureOutcome:
    """A picture whose message was sent again and again, in vain; a claim that still stands may have been billed."""
    if record.claim:
        return unknown(attempts=record.attempts, model=None, why="its message failed time after time")
    return PictureOutcome(
        status=PictureStatus.FAILED,
        attempts=record.attempts,
        reason="stuck",
        explanation="The message of this picture was sent again and again, and failed or vanished each time.",
        cost_usd=Decimal(0),
    )


def _failed(
    reason: str, explanation: str, *, attempts: int, model: str | None, cost: Decimal | None, usage: Usage | None = None
) -> PictureOutcome:
    return PictureOutcome(
        status=PictureStatus.FAILED,
        attempts=attempts,
        model=model,
        reason=reason,
        explanation=explanation,
        cost_usd=cost,
        usage=usage,
    )
