"""The character bible: how everybody and everything in a book looks, settled before the first picture.

Every prompt of a book says the same of a character, of the style and of the colours, because it takes the words from
here. Who wrote them is kept beside them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from picturebook.models.accepted_text import Name, Readable, ShortText
from picturebook.models.strict_model import StrictModel

MOST_COLOURS = 8
# Twenty traits of 500 characters, what joins them, and what a chat model adds.
AppearanceText = Annotated[str, Field(min_length=1, max_length=10_500), Readable]


class CharacterAppearance(StrictModel):
    """One character's fixed visual description: the story's own, a chat model's, or the traits in their order."""

    name: Name
    description: AppearanceText
    source: Literal["story", "chat", "traits"]


class Bible(StrictModel):
    """The looks of a book. `palette` are colours in words, most important first; empty where nobody named any."""

    style: ShortText
    style_source: Literal["chat", "story"] = "story"
    palette: Annotated[tuple[ShortText, ...], Field(max_length=MOST_COLOURS)] = ()
    characters: tuple[CharacterAppearance, ...] = ()
    chat_model: str | None = None

    def appearance_of(self, name: str) -> CharacterAppearance | None:
        """Return the look of the character of that very name, or None."""
        return next((look for look in self.characters if look.name == name), None)
