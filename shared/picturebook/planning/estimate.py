"""What a story may cost at the most, before anything is bought or anybody is asked for words. Pure.

The plan is the one that accepting the story would make. Looks that nobody has written yet are taken to be as long as
they may get.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from picturebook.catalogue import ChatSpec, ModelSpec
from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage, DrawPageMessage
from picturebook.models.pictures import Costs
from picturebook.models.story import Story
from picturebook.planning.book_texts import BookTexts, KnownTexts
from picturebook.planning.budget import check_budget
from picturebook.planning.options import DrawingOptions
from picturebook.planning.pictures import plan_pictures
from picturebook.planning.plan import StoryPlan, total_usd
from picturebook.ports.chat_model import max_chat_cost

_NOTHING = Decimal(0)
Message = TypeVar("Message", DrawCharacterMessage, DrawPageMessage)
# More characters than a story has.
_UNCUT = 10**9


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one take of each picture may cost at the most, in US$, with the words; None where a price is unknown.

    `plan` is priced with the longest words that may be written. `asks_for_looks` names the characters whose looks are
    still to be written, `asks_for_style` says so of the style; where the story's maximum leaves too little for that,
    nobody is asked, and the story `is_in_own_words`. One that `is_accepted` came before, to the letter: none of its
    pictures is bought for coming again.
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
        return self.plan.words.max_alt_text_cost(message) if self.is_bought(message) else _NOTHING

    def picture_usd(self, message: AnyDrawMessage) -> Decimal | None:
        """Return what the picture may cost with its alt text."""
        return self.plan.max_cost_of(message) if self.is_bought(message) else _NOTHING

    @property
    def bible_usd(self) -> Decimal | None:
        """What writing the looks and the style may cost."""
        return self.plan.words.bible_costs.total

    @property
    def all_usd(self) -> Decimal | None:
        """What all pictures and words may cost together, whatever the story's maximum."""
        return total_usd([self.bible_usd, *map(self.picture_usd, self.plan.messages)])

    @property
    def at_most_usd(self) -> Decimal | None:
        """What the story may cost: where all words would be beyond its maximum, fewer of them are written."""
        most = self.plan.story.max_cost_usd
        return most if self.is_capped else self.all_usd

    @property
    def is_capped(self) -> bool:
        """Say whether the story's maximum does not allow all words in the worst case."""
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
    """Estimate a valid story; `chat` writes words, None: nobody does.

    `gone` are those of the requests `drawn_already` whose pictures are not there any more: they count as drawn when
    the story is accepted, and are bought all the same. Raises InputRefusedError as accepting the story does, and where
    the longest looks would make a prompt too long.
    """
    words = BookTexts(bible=known.bible(story, writer=chat.name if chat else None))
    first = plan_pictures(story, spec, options=options, words=words, drawn_already=drawn_already)
    check_budget(first)
    is_asked = False
    if chat:
        words, is_asked = _longest_words(story, known, chat, spare_usd=first.spare_usd)
    is_missing = chat is not None and known.request(story, model=chat.name) is not None
    there = frozenset(drawn_already) - frozenset(gone)
    plan = plan_pictures(story, spec, options=options, words=words, drawn_already=there)
    if not is_asked:
        return Estimate(plan, is_in_own_words=is_missing, is_accepted=is_accepted)
    # A prompt that is too long loses whole parts, so a shorter appearance may make a longer one: it is priced uncut.
    uncut = spec.model_copy(update={"most_prompt_characters": _UNCUT})
    plan = _priced_like(plan, plan_pictures(story, uncut, options=options, words=words))
    looks = tuple(character.name for character in known.unwritten(story))
    return Estimate(plan, looks, asks_for_style=known.style is None, is_accepted=is_accepted)


def _priced_like(plan: StoryPlan, priced: StoryPlan) -> StoryPlan:
    """Return the plan with the requests of `priced`, a plan of the same pictures."""
    requests = {message.picture: message.request for message in priced.messages}

    def with_request(message: Message) -> Message:
        return message.model_copy(update={"request": requests[message.picture]})

    return replace(
        plan,
        characters=tuple(map(with_request, plan.characters)),
        pages=tuple(map(with_request, plan.pages)),
    )


def _longest_words(
    story: Story, known: KnownTexts, chat: ChatSpec, *, spare_usd: Decimal | None
) -> tuple[BookTexts, bool]:
    """Return the longest words that may be written, and whether anybody is asked for looks or style.

    Nobody is where that may cost more than what a maximum leaves (`spare_usd`), or nobody knows how much.
    """
    request = known.request(story, model=chat.name)
    usd = max_chat_cost(request, chat) if request else _NOTHING
    is_asked = request is not None and (spare_usd is None or (usd is not None and usd <= spare_usd))
    words = BookTexts(
        bible=(known.with_longest(story) if is_asked else known).bible(story, writer=chat.name),
        bible_costs=Costs.of(chat=usd) if is_asked else Costs.of(),
        alt_texts=None if chat.prices is None and spare_usd is not None else chat,
    )
    return words, is_asked
