"""What is written for a book beside its pictures, and what that costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from picturebook.models.bible import Bible, CharacterLook
from picturebook.models.pictures import Costs
from picturebook.models.story import Character, Story
from picturebook.models.strict_model import StrictModel


class PlannedWords(StrictModel):
    """What is written for a book beside its pictures: its bible, and who writes the alt texts.

    `bible_costs` is what the bible cost this run, `alt_text_usd` what one alt text may cost at the most (None: nobody
    knows), `chat_usd` what was set aside for the bible.
    """

    bible: Bible
    bible_costs: Costs = Costs.of()
    chat_usd: Decimal | None = Decimal(0)
    alt_text_by: Literal["chat", "composed"] = "composed"
    alt_text_usd: Decimal | None = Decimal(0)


def look_by_words(character: Character) -> CharacterLook:
    """Return the look that the story itself gives: the description, else the traits in their order."""
    if character.description:
        return CharacterLook(name=character.name, description=character.description, source="story")
    return CharacterLook(name=character.name, description=", ".join(character.traits), source="traits")


def words_of_the_story(story: Story) -> PlannedWords:
    """Return what a book is drawn by when nobody is asked for words: the story's own."""
    looks = tuple(map(look_by_words, story.characters))
    return PlannedWords(bible=Bible(style=story.style, characters=looks))
