"""What is written for a book beside its pictures, and what that costs."""

from __future__ import annotations

from decimal import Decimal

from picturebook.alt_texts import alt_text_request
from picturebook.bible_writing import fallback_look
from picturebook.catalogue import ChatSpec
from picturebook.models.bible import Bible
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.pictures import Costs
from picturebook.models.story import Story
from picturebook.models.strict_model import StrictModel
from picturebook.ports.chat_model import worst_chat_cost


class PlannedWords(StrictModel):
    """What is written for a book beside its pictures: its bible, and who writes the alt texts.

    `bible_costs` is what the bible cost this run. The alt texts of pages are written by the chat model `alt_texts`, or
    composed of the story's own words where there is none.
    """

    bible: Bible
    bible_costs: Costs = Costs.of()
    alt_texts: ChatSpec | None = None

    def worst_alt_text_cost(self, message: AnyDrawMessage) -> Decimal | None:
        """Return what a picture's alt text may cost at the most, in US$, None where the price is unknown."""
        if self.alt_texts is None or not isinstance(message, DrawPageMessage):
            return Decimal(0)
        return worst_chat_cost(alt_text_request(message, model=self.alt_texts.name), self.alt_texts)


def words_of_the_story(story: Story) -> PlannedWords:
    """Return what a book is drawn by when nobody is asked for words: the story's own."""
    looks = tuple(map(fallback_look, story.characters))
    return PlannedWords(bible=Bible(style=story.style, characters=looks))
