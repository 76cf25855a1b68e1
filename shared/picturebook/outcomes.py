"""The ways in which a picture can end, in one place. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from picturebook.models.pictures import AltText, Costs, Derivative, PictureOutcome, PictureStatus, Usage
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


@dataclass(frozen=True, slots=True)
class FinishedOriginal:
    """An original that passed what every picture must pass, what else was found, and what was made of it."""

    key: str
    checked: CheckedPicture
    scores: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    derivatives: tuple[Derivative, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A picture's alt text, and what it cost to have it written."""

    alt_text: AltText
    costs: Costs


def drawn(
    finished: FinishedOriginal, *, attempts: int, spec: ModelSpec, usage: Usage | None, words: Words | None
) -> PictureOutcome:
    """A picture that may be published. Without `usage` its cost is unknown."""
    outcome = found(finished, attempts=attempts, model=spec.name, words=words)
    image = spec.costs(usage) if usage else Costs(chat=Decimal(0))
    costs = image + (words.costs if words else Costs.of())
    return outcome.model_copy(update={"usage": usage, "costs": costs, "cost_usd": costs.total})


def found(
    finished: FinishedOriginal, *, attempts: int, model: str | None, words: Words | None = None
) -> PictureOutcome:
    """A picture that a lost call had brought to the store, and that may be published; its cost is unknown."""
    checked = finished.checked
    return PictureOutcome(
        status=PictureStatus.DRAWN,
        attempts=attempts,
        key=finished.key,
        media_type=checked.media_type,
        width=checked.width,
        height=checked.height,
        model=model,
        scores=finished.scores,
        findings=finished.findings,
        derivatives=finished.derivatives,
        alt_text=words.alt_text if words else None,
    )


def found_unusable(error: ImageProcessingError, *, attempts: int, model: str | None) -> PictureOutcome:
    """What a lost call had brought to the store, and is no picture that can be published."""
    return _failed("unusable_picture", error.message, attempts=attempts, model=model, cost=None)


def ended_by(error: PicturebookError, *, attempts: int, spec: ModelSpec, usage: Usage | None = None) -> PictureOutcome:
    """A picture that one of TERMINAL_ERRORS ended; `usage` is given when its answer was counted."""
    reason, cost = next(ending for kind, ending in _ENDINGS.items() if isinstance(error, kind))
    if usage:
        cost = spec.cost(usage)
    ended = _failed(reason, error.message, attempts=attempts, model=spec.name, cost=cost, usage=usage)
    return ended.model_copy(update={"costs": spec.costs(usage)}) if usage else ended


def over_budget(*, spec: ModelSpec) -> PictureOutcome:
    """A picture that was to be taken from an earlier revision, is not there any more, and may not be bought anew."""
    explanation = "Its picture of an earlier revision is gone, and the story's maximum allows no new one."
    return _failed("over_budget", explanation, attempts=0, model=spec.name, cost=Decimal(0))


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
        costs=Costs.of() if cost == 0 else None,
        usage=usage,
    )
