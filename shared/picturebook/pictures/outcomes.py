"""All the ways in which a picture can end. Pure."""

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
from picturebook.models.pictures import Costs, Derivative, PictureOutcome, PictureStatus, Usage
from picturebook.models.runs import Claim, PictureRecord
from picturebook.picture_checks import CheckedPicture
from picturebook.text_generation.alt_text import WrittenAltText

_NOTHING = Costs.of()
# A call was made whose price is unknown; no alt text was requested.
_UNKNOWN_IMAGE = Costs(chat=Decimal(0))
# Errors that end a picture, with the reason that is published, and what the last call cost.
_ENDINGS: dict[type[PicturebookError], tuple[str, Costs]] = {
    PromptRefusedError: ("refused_by_moderation", _NOTHING),
    RequestRefusedError: ("refused_by_provider", _NOTHING),
    ImageProcessingError: ("unusable_picture", _UNKNOWN_IMAGE),
    OutcomeUnknownError: ("outcome_unknown", _UNKNOWN_IMAGE),
}
TERMINAL_ERRORS = tuple(_ENDINGS)
A_LOST_CALL = "A call was made and its answer was lost: it may have been billed"
CANCELLED_MEANWHILE = "its story was cancelled meanwhile"


@dataclass(frozen=True, slots=True)
class LostCall:
    """A call under `claim` whose answer was lost, and which a person must decide about (`on_unknown` is `hold`)."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class FinishedOriginal:
    """An original that passed the mandatory checks, with its scores, further findings and derivatives."""

    key: str
    checked: CheckedPicture
    scores: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    derivatives: tuple[Derivative, ...] = ()


@dataclass(frozen=True, slots=True)
class Paid:
    """What a picture cost: the number of claims, the model, the reported usage (None without one), the alt text."""

    attempts: int
    spec: ModelSpec
    usage: Usage | None
    alt_text: WrittenAltText


def drawn(finished: FinishedOriginal, paid: Paid) -> PictureOutcome:
    """A picture that may be published. Without `usage` its cost is unknown."""
    outcome = found(finished, attempts=paid.attempts, model=paid.spec.name, alt_text=paid.alt_text)
    image = paid.spec.costs(paid.usage) if paid.usage else _UNKNOWN_IMAGE
    costs = image + paid.alt_text.costs
    return outcome.model_copy(update={"usage": paid.usage, "costs": costs, "cost_usd": costs.total})


def found(finished: FinishedOriginal, *, attempts: int, model: str | None, alt_text: WrittenAltText) -> PictureOutcome:
    """A publishable picture that a worker had stored before it died; its cost is unknown."""
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
        alt_text=alt_text.alt,
        costs=_UNKNOWN_IMAGE + alt_text.costs,
    )


def found_unusable(
    error: ImageProcessingError, *, attempts: int, model: str | None, alt_text: WrittenAltText
) -> PictureOutcome:
    """An unpublishable original that a worker had stored before it died."""
    costs = _UNKNOWN_IMAGE + alt_text.costs
    return _failed("unusable_picture", error.message, attempts=attempts, model=model, costs=costs)


def with_alt_text(outcome: PictureOutcome, alt_text: WrittenAltText) -> PictureOutcome:
    """The outcome of a failed picture, with the cost of the alt text that was written for it."""
    costs = (outcome.costs or Costs()) + alt_text.costs
    return outcome.model_copy(update={"costs": costs, "cost_usd": costs.total})


def ended_by(error: PicturebookError, paid: Paid) -> PictureOutcome:
    """A picture that one of TERMINAL_ERRORS ended; the service may have reported usage all the same."""
    reason, image = next(ending for kind, ending in _ENDINGS.items() if isinstance(error, kind))
    if paid.usage:
        image = paid.spec.costs(paid.usage)
    ended = _failed(
        reason, error.message, attempts=paid.attempts, model=paid.spec.name, costs=image + paid.alt_text.costs
    )
    return ended.model_copy(update={"usage": paid.usage})


def over_budget(*, spec: ModelSpec) -> PictureOutcome:
    """A picture that was to be reused from an earlier revision, is gone, and may not be bought again."""
    explanation = "Its picture of an earlier revision is gone, and the story's maximum allows no new one."
    return _failed("over_budget", explanation, attempts=0, model=spec.name, costs=_NOTHING)


def sheet_not_drawn(name: str, *, spec: ModelSpec) -> PictureOutcome:
    """A page whose character has no sheet: it is not drawn without one, and nothing was paid."""
    explanation = f"The sheet of {name} could not be drawn, so no page with {name} was."
    return _failed("sheet_not_drawn", explanation, attempts=0, model=spec.name, costs=_NOTHING)


def refused(error: InputRefusedError, *, attempts: int) -> PictureOutcome:
    """A planned picture that can no longer be requested, for example because a deployment removed its model."""
    costs = _NOTHING if attempts == 0 else _UNKNOWN_IMAGE
    return _failed("refused_input", error.message, attempts=attempts, model=None, costs=costs)


def given_up(*, attempts: int, spec: ModelSpec) -> PictureOutcome:
    """A picture for which the image service failed too often."""
    explanation = f"The image service failed {attempts} times with this picture."
    return _failed("provider_unavailable", explanation, attempts=attempts, model=spec.name, costs=_NOTHING)


def unknown(*, attempts: int, model: str | None, why: str = "it may not be paid again") -> PictureOutcome:
    """A picture whose paid call was lost with its worker; `why` says why it is not paid for again."""
    explanation = f"{A_LOST_CALL}, and {why}."
    return _failed("outcome_unknown", explanation, attempts=attempts, model=model, costs=_UNKNOWN_IMAGE)


def quarantined(record: PictureRecord, *, model: str | None, original: str | None) -> PictureOutcome:
    """A picture whose message ended every process that handled it; a claim that still stands may have been billed.

    `original` is the key of what that call stored; it was never opened.
    """
    problem = "The message of this picture ended the process that handled it, time after time"
    if record.claim is None:
        return _failed("quarantined", f"{problem}.", attempts=record.attempts, model=model, costs=_NOTHING)
    problem = f"{problem}; its last call may have been billed"
    if original:
        problem = f"{problem}, and an original that was not opened lies under {original}"
    return _failed("outcome_unknown", f"{problem}.", attempts=record.attempts, model=model, costs=_UNKNOWN_IMAGE)


def stuck(record: PictureRecord) -> PictureOutcome:
    """A picture whose message was sent again too often; a claim that still stands may have been billed."""
    if record.claim:
        return unknown(attempts=record.attempts, model=None, why="its message failed time after time")
    explanation = "The message of this picture was sent again and again, and failed or vanished each time."
    return _failed("stuck", explanation, attempts=record.attempts, model=None, costs=_NOTHING)


def _failed(reason: str, explanation: str, *, attempts: int, model: str | None, costs: Costs) -> PictureOutcome:
    return PictureOutcome(
        status=PictureStatus.FAILED,
        attempts=attempts,
        model=model,
        reason=reason,
        explanation=explanation,
        cost_usd=costs.total,
        costs=costs,
    )
