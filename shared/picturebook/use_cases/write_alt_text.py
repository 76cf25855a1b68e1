"""A picture gets its alt text: a page's is asked of a chat model once for the same words, everything else is composed.

No picture waits for it: whatever goes wrong, the story's own words are the alt text.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from picturebook.alt_texts import ALT_INSTRUCTIONS_VERSION, alt_text_request, composed_alt_text, read_alt_text
from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.pictures import AltText, Costs, PictureRef
from picturebook.models.strict_model import StrictModel
from picturebook.ports.chat_model import ChatRequest
from picturebook.use_cases.text_desk import NOTHING, TextDesk, ask_chat_model

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WrittenAltText:
    """The alt text, and what the picture that it was asked for has to pay for it."""

    alt: AltText
    costs: Costs


class _Kept(StrictModel):
    """An alt text as it is kept, with what it cost and the picture that pays: a later one has it for nothing.

    Whoever died between the answer and the picture's ending is followed by somebody who counts its money.
    """

    alt: AltText
    costs: Costs
    paid_for: PictureRef

    def for_picture(self, picture: PictureRef) -> WrittenAltText:
        return WrittenAltText(self.alt, self.costs if picture == self.paid_for else NOTHING)


async def write_alt_text(
    message: AnyDrawMessage, desk: TextDesk, *, deadline: datetime, circuit: Circuit | None = None
) -> WrittenAltText:
    """Return the alt text of the picture that `message` asks for; never raises for want of one.

    A chat model is asked for pages of a story that set money aside for it (`alt_text_by`). What it wrote is kept, and
    the same page is not asked for again; what was composed is not kept.
    """
    composed = composed_alt_text(message)
    may_ask = message.run is not None and message.alt_text_by == "chat" and desk.chat is not None
    if not may_ask or not isinstance(message, DrawPageMessage):
        return WrittenAltText(composed, NOTHING)
    request = alt_text_request(message, model=desk.chat_model)
    key = _key(message.run.story_id if message.run else "", request)
    known = await _read(key, desk)
    if known is not None:
        return known.for_picture(message.picture)
    paid_by = message.picture
    return await _write(request, key, paid_by, composed, desk, deadline=deadline, circuit=circuit)


def _key(story_id: str, request: ChatRequest) -> str:
    canonical = json.dumps([ALT_INSTRUCTIONS_VERSION, request.model, request.text], ensure_ascii=True)
    return f"books/{story_id}/alt/{hashlib.sha256(canonical.encode('ascii')).hexdigest()[:16]}.json"


async def _write(
    request: ChatRequest,
    key: str,
    picture: PictureRef,
    composed: AltText,
    desk: TextDesk,
    *,
    deadline: datetime,
    circuit: Circuit | None,
) -> WrittenAltText:
    try:
        asked = await ask_chat_model(request, desk, deadline=deadline, most_usd=None, circuit=circuit)
    except StoreUnavailableError as error:  # the circuit's, or the key's: nothing was sent
        error.log_to(_LOGGER)
        return WrittenAltText(composed, NOTHING)
    if asked.answer is None:
        return WrittenAltText(composed, asked.costs)
    alt, problem = read_alt_text(asked.answer.text)
    if alt is None:
        _LOGGER.warning("the chat model's alt text is not taken", extra={"key": key, "problem": problem})
        return WrittenAltText(composed, asked.costs)
    kept = await _keep(key, _Kept(alt=alt, costs=asked.costs, paid_for=picture), desk)
    # Whoever was faster is read by everybody; this call was paid for all the same.
    return WrittenAltText(kept.alt, asked.costs)


async def _read(key: str, desk: TextDesk) -> _Kept | None:
    try:
        content = await desk.store.read(key)
        return None if content is None else _Kept.model_validate_json(content)
    except StoreUnavailableError as error:
        error.log_to(_LOGGER)
    except ValidationError:
        _LOGGER.exception("a kept alt text cannot be read", extra={"key": key})
    return None


async def _keep(key: str, alt: _Kept, desk: TextDesk) -> _Kept:
    """Keep the alt text unless somebody was faster; return the one that is kept, or this one when the store is away."""
    try:
        if await desk.store.write_once(key, alt.model_dump_json().encode(), media_type="application/json"):
            return alt
    except StoreUnavailableError as error:
        error.log_to(_LOGGER)
        return alt
    return await _read(key, desk) or alt
