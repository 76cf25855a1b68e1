"""A picture gets its alt text: a page's is asked of a chat model once for the same words, everything else is composed.

No picture waits for it: whatever goes wrong, the story's own words are the alt text.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pydantic import ValidationError

from picturebook.alt_texts import ALT_INSTRUCTIONS_VERSION, alt_text_request, composed_alt_text, read_alt_text
from picturebook.errors import StoreUnavailableError
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.pictures import AltText, Costs
from picturebook.ports.chat_model import ChatRequest
from picturebook.use_cases.text_desk import NOTHING, TextDesk, ask_chat_model

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WrittenAltText:
    """The alt text, and what this call of ours paid for it."""

    alt: AltText
    costs: Costs


async def write_alt_text(
    message: AnyDrawMessage,
    desk: TextDesk,
    *,
    language: str | None,
    deadline: datetime,
    most_usd: Decimal | None = None,
    view: str | None = None,
) -> WrittenAltText:
    """Return the alt text of the picture that `message` asks for; never raises for want of one.

    A chat model is asked for pages of a story whose `language` is known, at most for `most_usd`. What it wrote is kept,
    and the same page is not asked for again; what was composed is not kept.
    """
    composed = composed_alt_text(message, language, view=view)
    if not isinstance(message, DrawPageMessage) or message.run is None or desk.chat is None or language is None:
        return WrittenAltText(composed, NOTHING)
    request = alt_text_request(message, language, model=desk.chat_model)
    key = _key(message.run.story_id, request)
    known = await _read(key, desk)
    if known is not None:
        return WrittenAltText(known, NOTHING)
    return await _write(request, key, composed, desk, deadline=deadline, most_usd=most_usd)


def _key(story_id: str, request: ChatRequest) -> str:
    canonical = json.dumps([ALT_INSTRUCTIONS_VERSION, request.model, request.text], ensure_ascii=True)
    return f"books/{story_id}/alt/{hashlib.sha256(canonical.encode('ascii')).hexdigest()[:16]}.json"


async def _write(
    request: ChatRequest,
    key: str,
    composed: AltText,
    desk: TextDesk,
    *,
    deadline: datetime,
    most_usd: Decimal | None,
) -> WrittenAltText:
    try:
        asked = await ask_chat_model(request, desk, deadline=deadline, most_usd=most_usd)
    except StoreUnavailableError as error:  # the circuit's, or the key's: nothing was sent
        error.log_to(_LOGGER)
        return WrittenAltText(composed, NOTHING)
    if asked.answer is None:
        return WrittenAltText(composed, asked.costs)
    alt, problem = read_alt_text(asked.answer.text)
    if alt is None:
        _LOGGER.warning("the chat model's alt text is not taken", extra={"key": key, "problem": problem})
        return WrittenAltText(composed, asked.costs)
    return WrittenAltText(await _keep(key, alt, desk), asked.costs)


async def _read(key: str, desk: TextDesk) -> AltText | None:
    try:
        content = await desk.store.read(key)
        return None if content is None else AltText.model_validate_json(content)
    except StoreUnavailableError as error:
        error.log_to(_LOGGER)
    except ValidationError:
        _LOGGER.exception("a kept alt text cannot be read", extra={"key": key})
    return None


async def _keep(key: str, alt: AltText, desk: TextDesk) -> AltText:
    """Keep the alt text unless somebody was faster; return the one that is kept, or this one when the store is away."""
    try:
        if await desk.store.write_once(key, alt.model_dump_json().encode(), media_type="application/json"):
            return alt
    except StoreUnavailableError as error:
        error.log_to(_LOGGER)
        return alt
    return await _read(key, desk) or alt
