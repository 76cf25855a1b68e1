"""How a picture's request travels in its message: JSON has each text of the story once.

A message has the texts of its picture in fields of its own, which alt texts and events need too. A part of the prompt
that is such a text names the field (`same_as`) in JSON. In memory every part has its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from picturebook.models.picture_request import PictureRequest, PromptPart

# A message's fields by name, as far as they are valid.
Fields = Mapping[str, Any]


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
