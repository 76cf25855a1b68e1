"""What is written for a book beside its pictures, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from picturebook.catalogue import ChatSpec
from picturebook.models.bible import Bible, CharacterAppearance
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.pictures import Costs
from picturebook.models.story import Character, Story
from picturebook.models.strict_model import StrictModel
from picturebook.ports.chat_model import ChatRequest, max_chat_cost
from picturebook.prompts.alt_text_prompt import alt_text_request
from picturebook.prompts.bible_prompt import (
    BookStyle,
    bible_request,
    fallback_appearance,
    fallback_style,
    longest_appearance,
    longest_style,
)


class BookTexts(StrictModel):
    """What is written for a book beside its pictures: its bible, and who writes the alt texts.

    `bible_costs` is what the bible cost this run. The alt texts of pages are written by the chat model `alt_texts`, or
    composed of the story's own texts where there is none.
    """

    bible: Bible
    bible_costs: Costs = Costs.of()
    alt_texts: ChatSpec | None = None

    def max_alt_text_cost(self, message: AnyDrawMessage) -> Decimal | None:
        """Return what a picture's alt text may cost at the most, in US$, None where the price is unknown."""
        if self.alt_texts is None or not isinstance(message, DrawPageMessage):
            return Decimal(0)
        return max_chat_cost(alt_text_request(message, model=self.alt_texts.name), self.alt_texts)


@dataclass(frozen=True, slots=True)
class KnownTexts:
    """The settled texts of a book: its style, None while it is not, and appearances by the character's name."""

    style: BookStyle | None
    appearances: Mapping[str, CharacterAppearance]

    def bible(self, story: Story, *, writer: str | None) -> Bible:
        """Return the bible, with the story's own texts where nothing is settled; `writer` is the chat model."""
        own = {character.name: fallback_appearance(character) for character in story.characters}
        appearances = own | dict(self.appearances)
        style = self.style or fallback_style(story)
        return Bible(
            style=style.style,
            style_source=style.source,
            palette=style.palette,
            characters=tuple(appearances[character.name] for character in story.characters),
            chat_model=writer,
        )

    def unwritten(self, story: Story) -> tuple[Character, ...]:
        """Return the characters whose appearance is not settled."""
        return tuple(character for character in story.characters if character.name not in self.appearances)

    def request(self, story: Story, *, model: str) -> ChatRequest | None:
        """Return the one request to the chat model for all that is not settled; None where nothing is missing."""
        missing = self.unwritten(story)
        if not missing and self.style:
            return None
        others = [character for character in story.characters if character not in missing]
        return bible_request(missing, others=others, style=story.style, asks_style=self.style is None, model=model)

    def with_longest(self, story: Story) -> KnownTexts:
        """Return the same, with the longest texts that a chat model may write where nothing is settled."""
        longest = {character.name: longest_appearance(character) for character in self.unwritten(story)}
        return KnownTexts(self.style or longest_style(fallback_style(story)), {**self.appearances, **longest})


def texts_given_by(story: Story) -> KnownTexts:
    """Return what a story settles itself: the appearances that it describes."""
    given = [fallback_appearance(one) for one in story.characters if one.description is not None]
    return KnownTexts(None, {appearance.name: appearance for appearance in given})


def texts_of_the_story(story: Story) -> BookTexts:
    """Return the texts of a book that no chat model writes texts for: the story's own."""
    appearances = tuple(map(fallback_appearance, story.characters))
    return BookTexts(bible=Bible(style=story.style, characters=appearances))
