"""Moderates a story's text before anything is paid for. Moderation is free, and repeated for every upload."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NoReturn

from picturebook.errors import (
    ErrorContext,
    ImageGenerationError,
    ImageProcessingError,
    InputRefusedError,
    PicturebookError,
    ProviderAccountError,
    RetryLater,
    WaitError,
)
from picturebook.models.moderation import Flag, ModerationResult, ModerationStatus
from picturebook.models.story import Story
from picturebook.ports.moderator import MODERATION_MODEL
from picturebook.retry_policy.redelivery import pause_after
from picturebook.services import Services
from picturebook.settings import ModerationRule
from picturebook.text_generation.chat import LEAST_SECONDS_FOR_A_CALL, seconds_for_a_call

_LOGGER = logging.getLogger(__name__)
_MOST_FIELDS_NAMED = 10


async def moderate_story(
    story: Story, services: Services, *, rule: ModerationRule, deadline: datetime
) -> ModerationResult:
    """Moderate every text that a reader or a model sees; treat flagged texts as `rule` says.

    `refuse`: raises InputRefusedError for a flagged story, and RetryLater while moderation is unavailable. `mark`: the
    result says what was flagged, or that nothing was checked, which is logged as an error. `off`: no call is made.
    """
    if rule == "off":
        return ModerationResult(status=ModerationStatus.OFF)
    texts = tuple(texts_of(story))
    try:
        categories_by_text = await _moderate([text for _, text in texts], services, deadline)
    except (ImageGenerationError, ImageProcessingError) as error:
        return _unchecked(story, error, services, rule=rule)
    flags = tuple(
        Flag(field=field, categories=categories)
        for (field, _), categories in zip(texts, categories_by_text, strict=True)
        if categories
    )
    if flags and rule == "refuse":
        _refuse(story, flags)
    return ModerationResult(status=ModerationStatus.FLAGGED if flags else ModerationStatus.PASSED, flags=flags)


def texts_of(story: Story) -> Iterator[tuple[str, str]]:
    """Return every text of a story with the path of its field, in the story's order."""
    yield "title", story.title
    yield "style", story.style
    for c, character in enumerate(story.characters):
        yield f"characters[{c}].name", character.name
        for t, trait in enumerate(character.traits):
            yield f"characters[{c}].traits[{t}]", trait
        if character.description is not None:
            yield f"characters[{c}].description", character.description
        for v, view in enumerate(character.views or ()):
            yield f"characters[{c}].views[{v}]", view
    for p, page in enumerate(story.pages):
        yield f"pages[{p}].text", page.text
        if page.scene is not None:
            yield f"pages[{p}].scene", page.scene


async def _moderate(texts: Sequence[str], services: Services, deadline: datetime) -> tuple[tuple[str, ...], ...]:
    moderator = services.moderator
    if moderator is None:
        raise ProviderAccountError(
            "Stories are to be moderated, and there is no moderator", generation_step="moderation"
        )

    async def call() -> tuple[tuple[str, ...], ...]:
        seconds = seconds_for_a_call(services.clock, deadline)
        if seconds < LEAST_SECONDS_FOR_A_CALL:
            raise WaitError("Too little time is left for a call", generation_step="moderation", retry_after=0.0)
        return await moderator.judge(texts, timeout_seconds=seconds)

    return await services.chat_retry_policy.run(
        lambda: services.circuit_guard.call(f"{services.provider}/{MODERATION_MODEL}", call, deadline=deadline),
        clock=services.clock,
        random_source=services.random_source,
        time_left=lambda: seconds_for_a_call(services.clock, deadline) - LEAST_SECONDS_FOR_A_CALL,
    )


def _unchecked(story: Story, error: PicturebookError, services: Services, *, rule: ModerationRule) -> ModerationResult:
    error.log_to(_LOGGER)
    if rule == "refuse":
        raise RetryLater(
            pause_after(error, services.random_source), reason="the story's text could not be moderated yet"
        ) from error
    context = ErrorContext("moderate_story", severity=PicturebookError.default_severity)
    unchecked = PicturebookError(
        "A story is accepted without its text having been moderated", context=context, details=_about(story, error)
    )
    unchecked.log_to(_LOGGER)
    return ModerationResult(status=ModerationStatus.UNCHECKED)


def _about(story: Story, error: PicturebookError) -> dict[str, object]:
    return {"story_id": story.story_id, "error": type(error).__name__}


def _refuse(story: Story, flags: Sequence[Flag]) -> NoReturn:
    first, *others = flags
    problem = f"was flagged by the moderation for {', '.join(first.categories)}"
    if others:
        named = ", ".join(flag.field for flag in others[:_MOST_FIELDS_NAMED])
        problem += f"; {len(others)} more, {named}" + (", …" if len(others) > _MOST_FIELDS_NAMED else "")
    raise InputRefusedError(
        problem,
        field=first.field,
        accepted="text that the image service's moderation lets pass",
        reason="moderation",
        story_id=story.story_id,
    )
