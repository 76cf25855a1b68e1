"""A run's plan outlives the message that brought the story: it is kept beside the book, once, and read again.

The plan keeps the story with every default filled in, what was known of its model, and the message of each picture with
its request. So a later deployment, with other defaults or without that model, does not change a run that is under way,
and reading a plan plans nothing again.
"""

from __future__ import annotations

import json

from picturebook.catalogue import ModelSpec
from picturebook.errors import StoreUnavailableError
from picturebook.models.accepted_text import ALREADY_CHECKED
from picturebook.models.messages import DrawCharacterMessage, DrawPageMessage
from picturebook.models.moderation import ModerationResult
from picturebook.models.runs import Run
from picturebook.models.story import Story
from picturebook.models.strict_model import StrictModel
from picturebook.planning import BookTexts, DrawingOptions, StoryPlan, plan_pictures, texts_of_the_story
from picturebook.ports.image_store import ImageStore


class KeptPlan(StrictModel):
    """The file `books/<story_id>/<revision>/plan.json`.

    Plans that an earlier release kept have no `characters` and `pages`, and those of the first releases no `words`
    either: `_plan_again` makes them what they were.
    """

    story: Story
    options: DrawingOptions
    spec: ModelSpec
    words: BookTexts | None = None
    drawn_already: frozenset[str] = frozenset()
    moderation: ModerationResult | None = None
    correlation_id: str | None = None
    characters: tuple[DrawCharacterMessage, ...] | None = None
    pages: tuple[DrawPageMessage, ...] | None = None


def plan_key(story_id: str, revision: str) -> str:
    """Return the key under which a run's plan is kept."""
    return f"books/{story_id}/{revision}/plan.json"


async def write_plan(plan: StoryPlan, store: ImageStore, *, correlation_id: str | None) -> None:
    """Keep the plan; writing it again changes nothing."""
    kept = KeptPlan(
        story=plan.story,
        options=plan.options,
        spec=plan.spec,
        words=plan.texts,
        drawn_already=plan.drawn_already,
        moderation=plan.moderation,
        correlation_id=correlation_id,
    )
    document = {
        # With every None: that a price is unknown is said, and never left out.
        **kept.model_dump(mode="json", exclude={"characters", "pages"}),
        "characters": [message.model_dump(mode="json", exclude_none=True) for message in plan.characters],
        "pages": [message.model_dump(mode="json", exclude_none=True) for message in plan.pages],
    }
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    await store.write_once(plan_key(plan.story.story_id, plan.revision), content, media_type="application/json")


async def read_plan(run: Run, store: ImageStore) -> StoryPlan:
    """Read the run's plan; raises StoreUnavailableError when it is not there (it is written before the run)."""
    plan = await find_plan(run.story_id, run.revision, store)
    if plan is None:
        key = plan_key(run.story_id, run.revision)
        raise StoreUnavailableError(f"The plan {key} is missing from the store", details={"key": key})
    return plan


async def find_plan(story_id: str, revision: str, store: ImageStore) -> StoryPlan | None:
    """Read the plan of a story's revision; None where there is none."""
    content = await store.read(plan_key(story_id, revision))
    if content is None:
        return None
    kept = KeptPlan.model_validate_json(content, context=ALREADY_CHECKED)
    if kept.characters is None or kept.pages is None:
        return _plan_again(kept)
    return StoryPlan(
        *(kept.story, revision, kept.characters, kept.pages, kept.options, kept.spec),
        kept.words or texts_of_the_story(kept.story),
        drawn_already=kept.drawn_already,
        moderation=kept.moderation,
    )


def _plan_again(kept: KeptPlan) -> StoryPlan:
    """Make the plan of an earlier release anew; the same story, model, options and texts give the same plan."""
    return plan_pictures(
        kept.story,
        kept.spec,
        options=kept.options,
        texts=kept.words or texts_of_the_story(kept.story),
        drawn_already=kept.drawn_already,
        moderation=kept.moderation,
        correlation_id=kept.correlation_id,
        # The pictures of a run that is under way are those that it was recorded with.
        has_further_views=kept.words is not None,
    )
