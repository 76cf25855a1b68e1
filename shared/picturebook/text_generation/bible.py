"""A book's looks are put into words once, and stay: one chat call for all that is missing, kept by what it was about.

A look is kept under a hash of everything that it was written from, the style under one of its own: what else changes in
a story changes none of them. What a chat model failed to write is kept in the story's own words (docs/decisions/0013).
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
    """The bible, and what this call of ours paid for it: nothing for what was known."""

    bible: Bible
    costs: Costs


async def read_known_words(story: Story, store: ImageStore, *, writer: str | None) -> KnownTexts:
    """Return what is kept of what `writer` wrote (None: of the story's own words), and settle nothing.

    Raises StoreUnavailableError.
    """
    keys = _Keys(story, writer)
    return KnownTexts(
        await _read(keys.style, BookStyle, store),
        await _known_looks(story, keys, store),
    )


async def write_bible(
    story: Story,
    services: Services,
    *,
    deadline: datetime,
    most_usd: Decimal | None = None,
    known: KnownTexts | None = None,
) -> WrittenBible:
    """Return the book's bible, writing what is not kept yet; for a story that is accepted, because it settles looks.

    `known` is what somebody has just read.

    Without a chat model, after a failure, or where it may cost more than `most_usd`, the story's own words are the
    look, and each look's `source` says so. Raises RetryLater when too little time is left to ask, and
    StoreUnavailableError.
    """
    keys = _Keys(story, services.chat_model_name)
    known = known or await read_known_words(story, services.image_store, writer=services.chat_model_name)
    style, looks = known.style, dict(known.looks)
    costs = NOTHING
    if services.chat_model_name is None:
        looks |= {character.name: fallback_appearance(character) for character in known.unwritten(story)}
        style = style or await _keep(keys.style, fallback_style(story), services.image_store)
    elif request := known.request(story, model=services.chat_model_name):
        written = await _write(story, request, known, services, deadline=deadline, most_usd=most_usd)
        costs = written.costs
        kept = await asyncio.gather(
            *(_keep(keys.look(look.name), look, services.image_store) for look in written.looks)
        )
        looks |= {look.name: look for look in kept}
        style = style or await _keep(keys.style, written.style, services.image_store)
    return WrittenBible(KnownTexts(style, looks).bible(story, writer=services.chat_model_name), costs)


class _Keys:
    """Where this book's looks and style are kept."""

    def __init__(self, story: Story, writer: str | None) -> None:
        self._folder = f"books/{story.story_id}/bible"
        self._by_name = {
            character.name: _hash(character.name, character.traits, story.style, writer)
            for character in story.characters
        }
        self.style = f"{self._folder}/style-{_hash(story.style, writer)}.json"

    def look(self, name: str) -> str:
        """Return the key of a character's look."""
        return f"{self._folder}/character-{self._by_name[name]}.json"


def _hash(*parts: object) -> str:
    canonical = json.dumps([INSTRUCTIONS_VERSION, *parts], ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]


async def _known_looks(story: Story, keys: _Keys, store: ImageStore) -> dict[str, CharacterAppearance]:
    """Return the looks that the story gives, and those that are kept."""
    given = texts_given_by(story).looks
    asked = [character.name for character in story.characters if character.name not in given]
    kept = await asyncio.gather(*(_read(keys.look(name), CharacterAppearance, store) for name in asked))
    return {**given, **{look.name: look for look in kept if look is not None}}


@dataclass(frozen=True, slots=True)
class _Answered:
    looks: tuple[CharacterAppearance, ...]
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
    """Ask once for everything that is missing; in the story's own words where no answer came, or not a good one."""
    if seconds_for_a_call(services.clock, deadline) < LEAST_SECONDS_FOR_A_CALL:
        raise RetryLater(_SOON, reason="too little time is left to ask for the looks, which are settled for good")
    missing = known.unwritten(story)
    asked = await ask_chat_model(request, services, deadline=deadline, most_usd=most_usd)
    own_words = fallback_style(story)
    if asked.answer is None:
        return _Answered(tuple(map(fallback_appearance, missing)), own_words, asked.costs)
    names = [character.name for character in story.characters]
    answer = read_bible(asked.answer.text, missing, names=names, fallback=None if known.style else own_words)
    if answer.problems:
        about = {"story_id": story.story_id, "problems": list(answer.problems)}
        _LOGGER.warning("the chat model's answer about looks is not taken as it is", extra=about)
    return _Answered(answer.appearances, answer.style or own_words, asked.costs)


async def _read(key: str, kind: type[Stored], store: ImageStore) -> Stored | None:
    content = await store.read(key)
    return None if content is None else kind.model_validate_json(content)


async def _keep(key: str, words: Stored, store: ImageStore) -> Stored:
    """Keep the words unless somebody was faster; return those that are kept."""
    content = words.model_dump_json().encode()
    if await store.write_once(key, content, media_type="application/json"):
        return words
    kept = await _read(key, type(words), store)
    if kept is None:
        raise StoreUnavailableError(f"{key} is taken, and cannot be read", details={"key": key})
    return kept
