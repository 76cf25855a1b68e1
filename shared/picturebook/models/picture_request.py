"""What one picture asks for, composed once when it is planned, and independent of the image service that draws it."""

from __future__ import annotations

from decimal import Decimal

from picturebook.models.strict_model import StrictModel


class PromptPart(StrictModel):
    """One line or block of a prompt.

    A part without `rank` stays. Where the prompt would be too long for the model, the part with the highest rank is
    shortened, then dropped, first; `before` and `after` enclose what is left of `text`.
    """

    text: str
    rank: int | None = None
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        return f"{self.before or ''}{self.text}{self.after or ''}"


class PromptParts(StrictModel):
    """The parts of a prompt in their order; the line that names the references goes before part `references_at`."""

    parts: tuple[PromptPart, ...]
    references_at: int


class PictureRequest(StrictModel):
    """The request of one picture. It travels with the plan and with the picture's message.

    `request_hash` (32 hexadecimal digits) names what is asked of `model`: two pictures with one hash may stand for
    each other. `max_cost_usd` is what one call may cost at the most, None where the price is unknown. The references
    that the picture may follow stand in its message, beside the request; only those that were drawn are sent along.
    """

    model: str
    prompt: PromptParts
    request_hash: str
    max_cost_usd: Decimal | None = None
