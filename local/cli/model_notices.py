"""Notices about models that are retired or retire soon. Pure."""

from __future__ import annotations

from datetime import date

from picturebook.catalogue import Retirement, load_catalogue
from picturebook.planning import StoryPlan


def replacement_notice(plan: StoryPlan, *, today: date) -> str | None:
    """Return in one line which model draws instead of the story's own; None if the story's own model draws."""
    named, used = plan.story.model, plan.options.model
    if named is None or named == used:
        return None
    spec = load_catalogue().specs[named]
    return f"{_ending(named, spec.retires_on, is_gone=spec.is_gone(today))}: {used} draws instead."


def retirement_notice(retirement: Retirement, *, drawn_by: str) -> str:
    """Return in one line when a model retires, and which model replaces it; `drawn_by` draws the story."""
    ending = _ending(retirement.model, retirement.retires_on, is_gone=retirement.is_gone)
    if retirement.is_replaced:
        return f"{ending}: {drawn_by} draws instead."
    replacement = retirement.replaced_by
    return f"{ending}. {f'Its replacement is {replacement}.' if replacement else 'It has no replacement.'}"


def _ending(model: str, day: date | None, *, is_gone: bool) -> str:
    return f"{model} was retired on {day}" if is_gone else f"{model} will be retired on {day}"
