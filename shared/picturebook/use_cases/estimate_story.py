"""Says beforehand what accepting a story would buy, and what that may cost. Reads; writes, buys and asks nothing."""

from __future__ import annotations

import asyncio

from picturebook.catalogue import ChatSpec, ModelSpec
from picturebook.models.story import Story
from picturebook.pictures.reuse import find_drawn_already, requests_drawn_already
from picturebook.planning import DrawingOptions, Estimate, StoryPlan, estimate_plan
from picturebook.ports.image_store import ImageStore
from picturebook.runs.plan_store import plan_key
from picturebook.text_generation.bible import read_known_texts


async def estimate_story(
    story: Story, spec: ModelSpec, *, options: DrawingOptions, chat: ChatSpec | None, store: ImageStore
) -> Estimate:
    """Estimate a valid story beside what earlier revisions left in the store.

    `chat` is the chat model that writes texts; without one the story's own are used.

    Raises InputRefusedError as accepting the story does, and StoreUnavailableError.
    """
    known = await read_known_texts(story, store, writer=chat.name if chat else None)
    drawn_already = await requests_drawn_already(story.story_id, store)
    accepted = await store.find(plan_key(story.story_id, story.revision()))

    def estimate(gone: frozenset[str]) -> Estimate:
        return estimate_plan(
            story,
            spec,
            options=options,
            known=known,
            chat=chat,
            drawn_already=drawn_already,
            gone=gone,
            is_accepted=accepted is not None,
        )

    if_all_exist = estimate(frozenset())
    gone = await _gone(if_all_exist.plan, store)
    return estimate(gone) if gone else if_all_exist


async def _gone(plan: StoryPlan, store: ImageStore) -> frozenset[str]:
    """Return those requests that were drawn and whose pictures are not in the store any more."""
    asked = [plan.request_of(message).request_hash for message in plan.messages if message.is_drawn_already]
    found = await asyncio.gather(*(find_drawn_already(plan.story.story_id, one, store) for one in asked))
    return frozenset(one for one, outcome in zip(asked, found, strict=True) if outcome is None)
