"""What a story may cost at the most, before a picture is bought or a text is written. Pure.

The plan is the one that accepting the story would make. An appearance that is not written yet is taken
to be as long as it may get.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from picturebook.catalogue import ChatSpec, ModelSpec
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import Costs
from picturebook.models.story import Story
from picturebook.planning.book_texts import BookTexts, KnownTexts
from picturebook.planning.budget import check_budget
from picturebook.planning.options import DrawingOptions
from picturebook.planning.picture_request import priced_uncut
from picturebook.planning.pictures import plan_pictures
from picturebook.planning.plan import StoryPlan, total_usd
from picturebook.ports.chat_model import max_chat_cost

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one take of each picture may cost at the most, in US$, with the texts; None where a price is unknown.

    `plan` is priced with the longest texts that may be written. `asks_for_looks` names the characters whose appearance
    is still to be written, `asks_for_style` says so of the style. Where the story's maximum leaves too little for that,
    the chat model is not asked, and the story `is_in_own_words`. A story that `is_accepted` was accepted before,
    unchanged: none of its pictures is bought again.
    """

    plan: StoryPlan
    asks_for_looks: tuple[str, ...] = ()
    asks_for_style: bool = False
    is_in_own_words: bool = False
    is_accepted: bool = False

    def is_bought(self, message: AnyDrawMessage) -> bool:
        """Say whether the picture is to be bought."""
        return not (self.is_accepted or message.is_drawn_already)

    def image_usd(self, message: AnyDrawMessage) -> Decimal | None:
        """Return what the picture itself may cost."""
        return self.plan.request_of(message).max_cost_usd if self.is_bought(message) else _NOTHING

    def words_usd(self, message: AnyDrawMessage) -> Decimal | None:
        """Return what the picture's alt text may cost."""
        return self.plan.texts.max_alt_text_cost(message) if self.is_bought(message) else _NOTHING

    def picture_usd(self, message: AnyDrawMessage) -> Decimal | None:
        """Return what the picture may cost with its alt text."""
        return self.plan.max_cost_of(message) if self.is_bought(message) else _NOTHING

    @property
    def bible_usd(self) -> Decimal | None:
        """What writing appearances and style may cost."""
        return self.plan.texts.bible_costs.total

    @property
    def all_usd(self) -> Decimal | None:
        """What all pictures and texts may cost together, without regard to the story's maximum."""
        return total_usd([self.bible_usd, *map(self.picture_usd, self.plan.messages)])

    @property
    def at_most_usd(self) -> Decimal | None:
        """What the story may cost: where all texts would exceed its maximum, fewer of them are written."""
        most = self.plan.story.max_cost_usd
        return most if self.is_capped else self.all_usd

    @property
    def is_capped(self) -> bool:
        """Say whether the story's maximum does not allow all texts in the worst case."""
        most = self.plan.story.max_cost_usd
        return most is not None and (self.all_usd is None or self.all_usd > most)

    @property
    def further_takes_usd(self) -> Decimal | None:
        """What drawing every picture once more may cost, as the quality gate may want, where no maximum forbids it."""
        return total_usd([self.image_usd(message) for message in self.plan.messages])


def estimate_plan(
    story: Story,
    spec: ModelSpec,
    *,
    options: DrawingOptions,
    known: KnownTexts,
    chat: ChatSpec | None,
    drawn_already: Collection[str] = (),
    gone: Collection[str] = (),
    is_accepted: bool = False,
) -> Estimate:
    """Estimate a valid story; `chat` is the model that writes texts, None where none does.

    `gone` are those of the requests `drawn_already` whose pictures are not there any more: they count as drawn when
    the story is accepted, and are bought all the same. Raises InputRefusedError as accepting the story does, and where
    the longest appearances would make a prompt too long.
    """
    texts = BookTexts(bible=known.bible(story, writer=chat.name if chat else None))
    first = plan_pictures(story, spec, options=options, texts=texts, drawn_already=drawn_already)
    check_budget(first)
    is_asked = False
    if chat:
        texts, is_asked = _longest_texts(story, known, chat, spare_usd=first.spare_usd)
    is_missing = chat is not None and known.request(story, model=chat.name) is not None
    there = frozenset(drawn_already) - frozenset(gone)
    plan = plan_pictures(story, spec, options=options, texts=texts, drawn_already=there)
    if not is_asked:
        return Estimate(plan, is_in_own_words=is_missing, is_accepted=is_accepted)
    undescribed = tuple(character.name for character in known.unwritten(story))
    return Estimate(_priced_uncut(plan), undescribed, asks_for_style=known.style is None, is_accepted=is_accepted)


def _priced_uncut(plan: StoryPlan) -> StoryPlan:
    """Return the plan with the price of each prompt in full.

    A prompt that is too long loses whole parts, so a shorter appearance than the longest may make a longer one.
    """
    return replace(
        plan,
        characters=tuple(priced_uncut(message, plan.spec, plan.options) for message in plan.characters),
        pages=tuple(priced_uncut(message, plan.spec, plan.options) for message in plan.pages),
    )


def _longest_texts(
    story: Story, known: KnownTexts, chat: ChatSpec, *, spare_usd: Decimal | None
) -> tuple[BookTexts, bool]:
    """Return the longest texts that may be written, and whether the chat model is asked for appearances or style.

    It is not asked where that may cost more than what a maximum leaves (`spare_usd`), or an unknown amount.
    """
    request = known.request(story, model=chat.name)
    usd = max_chat_cost(request, chat) if request else _NOTHING
    is_asked = request is not None and (spare_usd is None or (usd is not None and usd <= spare_usd))
    texts = BookTexts(
        bible=(known.with_longest(story) if is_asked else known).bible(story, writer=chat.name),
        bible_costs=Costs.of(chat=usd) if is_asked else Costs.of(),
        alt_texts=None if chat.prices is None and spare_usd is not None else chat,
    )
    return texts, is_asked
