"""Plans a story's pictures with texts that its maximum allows: with a bible of the chat model, or with its own.

Pictures come first: the story is refused only where it could not be drawn with its own texts. What is left of the
maximum may be spent on better ones.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from picturebook.catalogue import ChatSpec, ModelSpec
from picturebook.errors import InputRefusedError
from picturebook.models.moderation import ModerationResult
from picturebook.models.story import Story
from picturebook.planning import (
    BookTexts,
    DrawingOptions,
    KnownTexts,
    StoryPlan,
    check_budget,
    plan_pictures,
)
from picturebook.services import Services
from picturebook.text_generation.bible import read_known_texts, write_bible

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PlanningInput:
    """A valid story with everything that is known of it before its characters are described.

    `drawn_already` are hashes of requests that earlier revisions had drawn, `moderation` is what its moderation said.
    """

    story: Story
    options: DrawingOptions
    spec: ModelSpec
    drawn_already: frozenset[str]
    moderation: ModerationResult
    correlation_id: str | None

    def plan(self, texts: BookTexts) -> StoryPlan:
        """Plan the pictures with these texts."""
        return plan_pictures(
            self.story,
            self.spec,
            options=self.options,
            texts=texts,
            drawn_already=self.drawn_already,
            moderation=self.moderation,
            correlation_id=self.correlation_id,
        )


async def plan_within_budget(
    given: PlanningInput, services: Services, *, chat: ChatSpec, deadline: datetime
) -> StoryPlan:
    """Return the plan with the best texts that the story's maximum allows; `chat` is the chat model that writes them.

    Raises InputRefusedError for a maximum that allows not even the story's own texts, RetryLater and
    StoreUnavailableError as `write_bible` does.
    """
    known = await read_known_texts(given.story, services.image_store, writer=services.chat_model_name)
    # Appearances that were settled for an earlier revision may leave no room in the prompts of this one.
    settled, own = (
        BookTexts(bible=texts.bible(given.story, writer=services.chat_model_name))
        for texts in (known, KnownTexts(None, {}))
    )
    first = _plan_if_drawable(given, settled) or given.plan(own)
    check_budget(first)
    written = await write_bible(given.story, services, deadline=deadline, most_usd=first.spare_usd, known=known)
    with_bible = BookTexts(bible=written.bible, bible_costs=written.costs)
    with_alt_texts = with_bible.model_copy(update={"alt_texts": chat if services.chat_model else None})
    # The pictures of a bible that stayed as it was are planned already.
    is_same = written.bible == first.texts.bible
    pictures = first if is_same else _plan_if_drawable(given, with_bible)
    plans = (pictures.with_texts(texts) for texts in (with_alt_texts, with_bible)) if pictures else ()
    # What the bible cost is spent all the same.
    spent = first.with_texts(first.texts.model_copy(update={"bible_costs": written.costs}))
    return next(filter(_fits, plans), spent)


def _plan_if_drawable(given: PlanningInput, texts: BookTexts) -> StoryPlan | None:
    """Plan with these texts, or return None where they are too long for the model's prompts.

    Longer texts are no reason to refuse a story that can be drawn in its own.
    """
    try:
        return given.plan(texts)
    except InputRefusedError as error:
        _LOGGER.info("Words that are too long for the prompts are left out", extra={"reason": str(error)})
        return None


def _fits(plan: StoryPlan) -> bool:
    """Say whether the worst case is known and within the maximum, or there is none."""
    most, worst = plan.story.max_cost_usd, plan.worst_cost_usd
    return most is None or (worst is not None and worst <= most)
