"""All pictures of a story, in the order in which they may be drawn, and what they may cost together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from picturebook.catalogue import ModelSpec
from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage, DrawPageMessage
from picturebook.models.moderation import ModerationResult
from picturebook.models.picture_request import PictureRequest
from picturebook.models.story import Story
from picturebook.planning.book_texts import BookTexts
from picturebook.planning.options import DrawingOptions
from picturebook.planning.picture_request import request_of
from picturebook.planning.sheets import sheets_on


@dataclass(frozen=True, slots=True)
class StoryPlan:
    """All pictures of a story; `characters` are all views of each, the full figure first.

    `drawn_already` are the hashes of those requests that an earlier revision of the story had drawn, `moderation` is
    the result of its moderation.
    """

    story: Story
    revision: str
    characters: tuple[DrawCharacterMessage, ...]
    pages: tuple[DrawPageMessage, ...]
    options: DrawingOptions
    spec: ModelSpec
    texts: BookTexts
    drawn_already: frozenset[str] = frozenset()
    moderation: ModerationResult | None = None

    @property
    def worst_cost_usd(self) -> Decimal | None:
        """The catalogue's worst case for the texts, and for one take of each picture that was not drawn already.

        None where a price is unknown.
        """
        return total_usd([self.texts.bible_costs.total, *map(self.max_cost_of, self.messages)])

    @property
    def spare_usd(self) -> Decimal | None:
        """What the story's maximum leaves beside one take of each picture; None without a maximum.

        Zero where it is unknown what is left, as when the answer with the bible's texts was lost.
        """
        most, worst = self.story.max_cost_usd, self.worst_cost_usd
        if most is None:
            return None
        return Decimal(0) if worst is None else most - worst

    @property
    def messages(self) -> tuple[AnyDrawMessage, ...]:
        """One message per picture, characters first."""
        return (*self.characters, *self.pages)

    @property
    def picture_ids(self) -> tuple[str, ...]:
        """The ids of all pictures, characters first."""
        return tuple(message.picture.picture_id for message in self.messages)

    def first_messages(self) -> tuple[AnyDrawMessage, ...]:
        """Return what can be drawn at once: the full figures, and the pages that need no sheet."""
        return tuple(message for message in self.messages if not sheets_on(message))

    def ready_after(self, settled: str, still_open: Collection[str]) -> tuple[AnyDrawMessage, ...]:
        """Return the pictures that follow the sheet `settled`, and for which it was the last one to settle."""
        return tuple(message for message in self.messages if _is_ready(message, settled, still_open))

    def request_of(self, message: AnyDrawMessage) -> PictureRequest:
        """Return the request of one of the plan's pictures, or of a further take of it."""
        return request_of(message, self.spec, self.options)

    def with_texts(self, texts: BookTexts) -> StoryPlan:
        """Return the plan of the same pictures, with other texts beside them; the bible must look the same."""
        writer = "chat" if texts.alt_texts else "composed"
        pages = tuple(page.model_copy(update={"alt_text_by": writer}) for page in self.pages)
        return replace(self, texts=texts, pages=pages)

    def max_cost_of(self, message: AnyDrawMessage) -> Decimal | None:
        """Return what was set aside for one take of a picture, with its alt text; None where a price is unknown."""
        if message.is_drawn_already:
            return Decimal(0)
        return total_usd([self.request_of(message).max_cost_usd, self.texts.max_alt_text_cost(message)])


def _is_ready(message: AnyDrawMessage, settled: str, still_open: Collection[str]) -> bool:
    sheets = {sheet.picture_id for sheet in sheets_on(message)}
    return settled in sheets and sheets.isdisjoint(still_open)


def total_usd(costs: Sequence[Decimal | None]) -> Decimal | None:
    """Return the sum of amounts of money; None where one of them is unknown."""
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None
