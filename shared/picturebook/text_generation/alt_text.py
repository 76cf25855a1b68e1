"""Writes alt texts: a chat model is asked once per distinct page, and every other alt text is composed.

No picture fails for it: after any failure, the alt text is composed from the story's own text.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.pictures import AltText, Costs, PictureRef
from picturebook.models.strict_model import StrictModel
from picturebook.ports.chat_model import ChatRequest
from picturebook.prompts.alt_text_prompt import (
    ALT_INSTRUCTIONS_VERSION,
    alt_text_request,
    composed_alt_text,
    read_alt_text,
)
from picturebook.services import Services
from picturebook.text_generation.chat import NOTHING, ask_chat_model

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WrittenAltText:
    """The alt text, and the cost that its picture pays for it."""

    alt: AltText
    costs: Costs


class _StoredAltText(StrictModel):
    """An alt text as it is stored, with its cost and the picture that pays it; later pictures use it at no cost.

    If a worker dies between the answer and the picture's ending, the next worker reads the cost from here. For a
    paid but unusable answer, the composed text is stored: it serves all takes of this picture, and no other picture.
    """

    alt: AltText
    costs: Costs
    paid_for: PictureRef

    def is_for(self, picture: PictureRef) -> bool:
        return self.alt.source == "chat" or picture.model_copy(update={"take": self.paid_for.take}) == self.paid_for

    def for_picture(self, picture: PictureRef) -> WrittenAltText:
        return WrittenAltText(self.alt, self.costs if picture == self.paid_for else NOTHING)


async def write_alt_text(
    message: AnyDrawMessage, services: Services, *, deadline: datetime, circuit: Circuit | None = None
) -> WrittenAltText:
    """Return the alt text of the picture that `message` requests; a failure gives a composed one.

    A chat model is asked for pages of a story that reserved money for it (`alt_text_by`). Its text is stored, and used
    for the same page later. A text that was composed because the answer was unusable is stored for this picture only,
    so that the model is not paid twice for it; another run of the story asks again.
    """
    request = _request(message, services)
    if request is None:
        return without_model(message)
    key = _key(message, request)
    known = await _read(key, services)
    if known and known.is_for(message.picture):
        return known.for_picture(message.picture)
    written = await _write(request, composed_alt_text(message), services, deadline=deadline, circuit=circuit)
    if written.costs == NOTHING and written.alt.source == "composed":
        return written  # no call was made or paid, so the next picture may ask
    kept = _StoredAltText(alt=written.alt, costs=written.costs, paid_for=message.picture)
    kept = await _keep(key, kept, services, is_known=known is not None)
    # The text stored first is used by all pictures; this call was paid for all the same.
    return WrittenAltText(kept.alt, written.costs)


def without_model(message: AnyDrawMessage) -> WrittenAltText:
    """Return an alt text composed from the story's own text, which costs nothing."""
    return WrittenAltText(composed_alt_text(message), NOTHING)


async def known_alt_text(message: AnyDrawMessage, services: Services) -> WrittenAltText:
    """Return the alt text that was stored for the picture, or a composed one; makes no call and costs nothing."""
    request = _request(message, services)
    known = await _read(_key(message, request), services) if request else None
    if known and known.is_for(message.picture):
        return known.for_picture(message.picture)
    return without_model(message)


def _request(message: AnyDrawMessage, services: Services) -> ChatRequest | None:
    may_ask = message.run is not None and message.alt_text_by == "chat"
    if not may_ask or services.chat_model_name is None or not isinstance(message, DrawPageMessage):
        return None
    return alt_text_request(message, model=services.chat_model_name)


def _key(message: AnyDrawMessage, request: ChatRequest) -> str:
    canonical = json.dumps([ALT_INSTRUCTIONS_VERSION, request.model, request.text], ensure_ascii=True)
    digest = hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]
    return f"books/{message.picture.story_id}/alt/{digest}.json"


async def _write(
    request: ChatRequest, composed: AltText, services: Services, *, deadline: datetime, circuit: Circuit | None
) -> WrittenAltText:
    try:
        asked = await ask_chat_model(request, services, deadline=deadline, most_usd=None, circuit=circuit)
    except StoreUnavailableError as error:  # of the circuit or the API key: nothing was sent
        error.log_to(_LOGGER)
        return WrittenAltText(composed, NOTHING)
    if asked.answer is None:
        return WrittenAltText(composed, asked.costs)
    alt, problem = read_alt_text(asked.answer.text)
    if alt is None:
        _LOGGER.warning("the chat model's alt text is not used: %s", problem)
    return WrittenAltText(alt or composed, asked.costs)


async def _read(key: str, services: Services) -> _StoredAltText | None:
    try:
        content = await services.image_store.read(key)
        return None if content is None else _StoredAltText.model_validate_json(content)
    except StoreUnavailableError as error:
        error.log_to(_LOGGER)
    except ValidationError:
        _LOGGER.exception("a stored alt text cannot be read", extra={"key": key})
    return None


async def _keep(key: str, alt: _StoredAltText, services: Services, *, is_known: bool) -> _StoredAltText:
    """Store the alt text unless one is stored already; return the stored one, or this one when the store is away.

    `is_known`: the stored one is another picture's composed text, and is replaced.
    """
    content = alt.model_dump_json().encode()
    try:
        if is_known:
            await services.image_store.write(key, content, media_type="application/json")
            return alt
        if await services.image_store.write_once(key, content, media_type="application/json"):
            return alt
    except StoreUnavailableError as error:
        error.log_to(_LOGGER)
        return alt
    return await _read(key, services) or alt
