"""The character bible: a book's characters, style and colours in words, fixed before the first picture.

Every prompt of a book uses the same descriptions, because it takes them from here. Each has its source beside it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from picturebook.models.accepted_text import Name, Readable, ShortText
from picturebook.models.strict_model import StrictModel

MOST_COLOURS = 8
# Twenty traits of 500 characters, their separators, and the details that a chat model adds.
AppearanceText = Annotated[str, Field(min_length=1, max_length=10_500), Readable]


class CharacterAppearance(StrictModel):
    """One character's fixed visual description: the story's own, a chat model's, or the traits in their order."""

    name: Name
    description: AppearanceText
    source: Literal["story", "chat", "traits"]


class Bible(StrictModel):
    """The appearance of a book. `palette` holds names of colours, most important first; it may be empty."""

    style: ShortText
    style_source: Literal["chat", "story"] = "story"
    palette: Annotated[tuple[ShortText, ...], Field(max_length=MOST_COLOURS)] = ()
    characters: tuple[CharacterAppearance, ...] = ()
    chat_model: str | None = None

    def appearance_of(self, name: str) -> CharacterAppearance | None:
        """Return the appearance of the character with exactly this name, or None."""
        return next((appearance for appearance in self.characters if appearance.name == name), None)
