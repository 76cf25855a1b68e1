"""The bible without a chat model, from the story's own text; the same story always gives the same bible. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from picturebook.models.accepted_text import ShortText
from picturebook.models.bible import MOST_COLOURS, CharacterAppearance
from picturebook.models.story import Character, Story
from picturebook.models.strict_model import StrictModel
from picturebook.models.written_text import one_line

# English only: in other languages no colours are found. Words that are as often a thing or a name (rose, olive,
# chestnut, peach) are left out.
_COLOURS = (
    "red|scarlet|crimson|maroon|orange|rust|copper|ginger|auburn|yellow|golden|gold|mustard|ochre|amber|green|emerald|"
    "mint|teal|turquoise|blue|navy|indigo|azure|cobalt|purple|violet|lilac|lavender|magenta|pink|coral|brown|tan|beige|"
    "cream|ivory|brass|bronze|silver|grey|gray|black|white"
)
_SHADES = "dark|deep|light|pale|bright|warm|cool|soft|dusty|muted|faded"
_COLOUR = re.compile(rf"\b(?:(?:{_SHADES})[ -])?(?:{_COLOURS})\b", re.IGNORECASE)


class BookStyle(StrictModel):
    """How a book is painted: the style's description, its source, and the colours. Stored as one file."""

    style: ShortText
    source: Literal["chat", "story"] = "story"
    palette: Annotated[tuple[ShortText, ...], Field(max_length=MOST_COLOURS)] = ()


def joined_traits(character: Character) -> str:
    """Return the traits in their order, as one line."""
    return ", ".join(one_line(trait) for trait in character.traits)


def fallback_appearance(character: Character) -> CharacterAppearance:
    """Return the appearance from the story: its description of the character, else the traits in their order."""
    if character.description is not None:
        return CharacterAppearance(name=character.name, description=character.description, source="story")
    return CharacterAppearance(name=character.name, description=joined_traits(character), source="traits")


def fallback_palette(characters: Sequence[Character], style: str) -> tuple[str, ...]:
    """Return the colours that the characters' texts name, then those of the style: each once, at most eight."""
    return tuple(dict.fromkeys(_colours_of(characters, style)))[:MOST_COLOURS]


def fallback_style(story: Story) -> BookStyle:
    """Return the story's own style, with the colours that the story names."""
    return BookStyle(style=story.style, palette=fallback_palette(story.characters, story.style))


def _colours_of(characters: Sequence[Character], style: str) -> Iterator[str]:
    for character in characters:
        for text in (*character.traits, character.description or ""):
            yield from _colours_in(text)
    yield from _colours_in(style)


def _colours_in(text: str) -> Iterator[str]:
    return (found.group().lower().replace("-", " ") for found in _COLOUR.finditer(text))
