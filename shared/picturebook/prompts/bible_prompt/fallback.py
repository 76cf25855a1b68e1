"""What holds without a chat model: the story's own words, always the same for the same story. Pure."""

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

# English, as most stories are; a story in another language simply names no colours here. Words that are as often a
# thing or a name (rose, olive, chestnut, peach) are left out.
_COLOURS = (
    "red|scarlet|crimson|maroon|orange|rust|copper|ginger|auburn|yellow|golden|gold|mustard|ochre|amber|green|emerald|"
    "mint|teal|turquoise|blue|navy|indigo|azure|cobalt|purple|violet|lilac|lavender|magenta|pink|coral|brown|tan|beige|"
    "cream|ivory|brass|bronze|silver|grey|gray|black|white"
)
_SHADES = "dark|deep|light|pale|bright|warm|cool|soft|dusty|muted|faded"
_COLOUR = re.compile(rf"\b(?:(?:{_SHADES})[ -])?(?:{_COLOURS})\b", re.IGNORECASE)


class BookStyle(StrictModel):
    """How a book is painted: the style's words, who wrote them, and the colours. Kept as one file."""

    style: ShortText
    source: Literal["chat", "story"] = "story"
    palette: Annotated[tuple[ShortText, ...], Field(max_length=MOST_COLOURS)] = ()


def joined_traits(character: Character) -> str:
    """Return the traits in their order, as one line."""
    return ", ".join(one_line(trait) for trait in character.traits)


def fallback_appearance(character: Character) -> CharacterAppearance:
    """Return the look in the story's own words: its description of the character, else the traits in their order."""
    if character.description is not None:
        return CharacterAppearance(name=character.name, description=character.description, source="story")
    return CharacterAppearance(name=character.name, description=joined_traits(character), source="traits")


def fallback_palette(characters: Sequence[Character], style: str) -> tuple[str, ...]:
    """Return the colours that the characters' words name, then those of the style: each once, eight at most."""
    return tuple(dict.fromkeys(_colours_of(characters, style)))[:MOST_COLOURS]


def fallback_style(story: Story) -> BookStyle:
    """Return the style in the story's own words, with the colours that it names."""
    return BookStyle(style=story.style, palette=fallback_palette(story.characters, story.style))


def _colours_of(characters: Sequence[Character], style: str) -> Iterator[str]:
    for character in characters:
        for words in (*character.traits, character.description or ""):
            yield from _colours_in(words)
    yield from _colours_in(style)


def _colours_in(words: str) -> Iterator[str]:
    return (found.group().lower().replace("-", " ") for found in _COLOUR.finditer(words))
