"""What one picture asks for, composed once when it is planned, and independent of the image service that draws it.

A request travels in the message of its picture. The message has the picture's texts in fields of its own, which alt
texts and events need too. So JSON has each text once: a part of the prompt that is such a text names the field
(`same_as`). In memory every part has its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from picturebook.models.strict_model import StrictModel

# A message's fields by name, as far as they are valid.
Fields = Mapping[str, Any]


class PromptPart(StrictModel):
    """One line or block of a prompt.

    A part without `rank` stays. Where the prompt would be too long for the model, the part with the highest rank is
    shortened, then dropped, first; `before` and `after` enclose what is left of `text`. `same_as` takes the place of
    `text` in a message's JSON alone.
    """

    text: str = ""
    rank: int | None = None
    before: str | None = None
    after: str | None = None
    same_as: str | None = None

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


def shorten_request(request: PictureRequest, fields: Fields) -> dict[str, Any]:
    """Return the request's JSON, with the name of the field for each text that the message has anyway."""
    names = {text: name for name, text in _texts(fields).items() if text}
    document = request.model_dump(mode="json", exclude_none=True)
    for part in document["prompt"]["parts"]:
        if part["text"] in names:
            part["same_as"] = names[part.pop("text")]
    return document


def complete_request(request: PictureRequest, fields: Fields) -> PictureRequest:
    """Return the request with the texts that its JSON left to the message's fields."""
    if not any(part.same_as for part in request.prompt.parts):
        return request
    texts = _texts(fields)
    parts = tuple(_completed(part, texts) for part in request.prompt.parts)
    return request.model_copy(update={"prompt": request.prompt.model_copy(update={"parts": parts})})


def _completed(part: PromptPart, texts: Mapping[str, str]) -> PromptPart:
    if part.same_as is None:
        return part
    if part.same_as not in texts:
        raise PydanticCustomError(
            "unknown_text",
            "has a part that names a text which the message does not have",
            {"accepted": "one of " + ", ".join(texts)},
        )
    return part.model_copy(update={"text": texts[part.same_as], "same_as": None})


def _texts(fields: Fields) -> dict[str, str]:
    """Return the texts of a message that its prompt may have, by the field that has them."""
    texts = {"style": fields.get("style", ""), "palette": "; ".join(fields.get("palette", ()))}
    if page := fields.get("page"):
        texts |= {"page.text": page.text, "page.scene": page.scene or ""}
    if character := fields.get("character"):
        texts["character"] = character.appearance
    for place, character in enumerate(fields.get("characters", ())):
        texts[f"characters[{place}]"] = character.appearance
    return texts
