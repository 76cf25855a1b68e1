"""Writes a book's bible: descriptions of its style and its characters' appearances, which then stay the same.

One chat call describes everything that is missing. Each appearance is stored under a hash of what it was written from,
and so is the style, so other changes of the story do not change them. When the chat model fails, the story's own text
is stored instead (docs/decisions/0013).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from picturebook.errors import RetryLater, StoreUnavailableError
from picturebook.models.bible import Bible, CharacterAppearance
from picturebook.models.pictures import Costs
from picturebook.models.story import Story
from picturebook.models.strict_model import StrictModel
from picturebook.planning import KnownTexts, texts_given_by
from picturebook.ports.chat_model import ChatRequest
from picturebook.ports.image_store import ImageStore
from picturebook.prompts.bible_prompt import (
    INSTRUCTIONS_VERSION,
    BookStyle,
    fallback_appearance,
    fallback_style,
    read_bible,
)
from picturebook.services import Services
from picturebook.text_generation.chat import LEAST_SECONDS_FOR_A_CALL, NOTHING, ask_chat_model, seconds_for_a_call

_LOGGER = logging.getLogger(__name__)
_SOON = 1.0
Stored = TypeVar("Stored", bound=StrictModel)


@dataclass(frozen=True, slots=True)
class WrittenBible:
    """The bible, and what this call paid for it; texts that were stored before cost nothing."""

    bible: Bible
    costs: Costs


async def read_known_texts(story: Story, store: ImageStore, *, writer: str | None) -> KnownTexts:
    """Return the stored texts that `writer` wrote (None: without a chat model); writes nothing.

    Raises StoreUnavailableError.
    """
    keys = _Keys(story, writer)
    return KnownTexts(
        await _read(keys.style, BookStyle, store),
        await _known_appearances(story, keys, store),
    )


async def write_bible(
    story: Story,
    services: Services,
    *,
    deadline: datetime,
    most_usd: Decimal | None = None,
    known: KnownTexts | None = None,
) -> WrittenBible:
    """Return the book's bible, writing and storing the missing texts; only for a story that is being accepted.

    `known` are the texts that the caller has just read.

    Without a chat model, after a failure, or when a call may cost more than `most_usd`, the story's own text is the
    appearance, and its `source` says so. Raises RetryLater when too little time is left for a call, and
    StoreUnavailableError.
    """
    keys = _Keys(story, services.chat_model_name)
    known = known or await read_known_texts(story, services.image_store, writer=services.chat_model_name)
    style, appearances = known.style, dict(known.appearances)
    costs = NOTHING
    if services.chat_model_name is None:
        appearances |= {character.name: fallback_appearance(character) for character in known.unwritten(story)}
        style = style or await _keep(keys.style, fallback_style(story), services.image_store)
    elif request := known.request(story, model=services.chat_model_name):
        written = await _write(story, request, known, services, deadline=deadline, most_usd=most_usd)
        costs = written.costs
        kept = await asyncio.gather(
            *(_keep(keys.appearance(one.name), one, services.image_store) for one in written.appearances)
        )
        appearances |= {one.name: one for one in kept}
        style = style or await _keep(keys.style, written.style, services.image_store)
    return WrittenBible(KnownTexts(style, appearances).bible(story, writer=services.chat_model_name), costs)


class _Keys:
    """The keys of this book's appearances and style."""

    def __init__(self, story: Story, writer: str | None) -> None:
        self._folder = f"books/{story.story_id}/bible"
        self._by_name = {
            character.name: _hash(character.name, character.traits, story.style, writer)
            for character in story.characters
        }
        self.style = f"{self._folder}/style-{_hash(story.style, writer)}.json"

    def appearance(self, name: str) -> str:
        """Return the key of a character's appearance."""
        return f"{self._folder}/character-{self._by_name[name]}.json"


def _hash(*parts: object) -> str:
    canonical = json.dumps([INSTRUCTIONS_VERSION, *parts], ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]


async def _known_appearances(story: Story, keys: _Keys, store: ImageStore) -> dict[str, CharacterAppearance]:
    """Return the appearances that the story gives, and those that are stored."""
    given = texts_given_by(story).appearances
    names = [character.name for character in story.characters if character.name not in given]
    stored = await asyncio.gather(*(_read(keys.appearance(name), CharacterAppearance, store) for name in names))
    return {**given, **{one.name: one for one in stored if one is not None}}


@dataclass(frozen=True, slots=True)
class _Answered:
    appearances: tuple[CharacterAppearance, ...]
    style: BookStyle
    costs: Costs


async def _write(
    story: Story,
    request: ChatRequest,
    known: KnownTexts,
    services: Services,
    *,
    deadline: datetime,
    most_usd: Decimal | None,
) -> _Answered:
    """Ask once for everything that is missing; without a usable answer, take the story's own text."""
    if seconds_for_a_call(services.clock, deadline) < LEAST_SECONDS_FOR_A_CALL:
        raise RetryLater(
            _SOON, reason="too little time is left to ask for the appearances, which are written only once"
        )
    missing = known.unwritten(story)
    asked = await ask_chat_model(request, services, deadline=deadline, most_usd=most_usd)
    own_style = fallback_style(story)
    if asked.answer is None:
        return _Answered(tuple(map(fallback_appearance, missing)), own_style, asked.costs)
    names = [character.name for character in story.characters]
    answer = read_bible(asked.answer.text, missing, names=names, fallback=None if known.style else own_style)
    if answer.problems:
        about = {"story_id": story.story_id, "problems": list(answer.problems)}
        _LOGGER.warning("the chat model's answer about appearances is not used as it is", extra=about)
    return _Answered(answer.appearances, answer.style or own_style, asked.costs)


async def _read(key: str, kind: type[Stored], store: ImageStore) -> Stored | None:
    content = await store.read(key)
    return None if content is None else kind.model_validate_json(content)


async def _keep(key: str, text: Stored, store: ImageStore) -> Stored:
    """Store the text unless one is stored already; return the stored one."""
    content = text.model_dump_json().encode()
    if await store.write_once(key, content, media_type="application/json"):
        return text
    kept = await _read(key, type(text), store)
    if kept is None:
        raise StoreUnavailableError(f"{key} exists, and cannot be read", details={"key": key})
    return kept
