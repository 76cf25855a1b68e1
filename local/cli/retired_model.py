"""What is said beforehand of a story whose model is retired, or about to be. Pure."""

from __future__ import annotations

from datetime import date

from picturebook.catalogue import Retirement, load_catalogue
from picturebook.planning import StoryPlan


def replaced_model(plan: StoryPlan, *, today: date) -> str | None:
    """Say in a line which model draws instead of the story's own; None when that one draws."""
    wished, used = plan.story.model, plan.options.model
    if wished is None or wished == used:
        return None
    gone = load_catalogue().specs[wished]
    return f"{_ending(wished, gone.retires_on, is_gone=gone.is_gone(today))}: {used} draws instead."


def retiring_model(retirement: Retirement, *, drawn_by: str) -> str:
    """Say in a line that a model is gone or goes, and what that means for a story that `drawn_by` draws."""
    ending = _ending(retirement.model, retirement.retires_on, is_gone=retirement.is_gone)
    if retirement.is_replaced:
        return f"{ending}: {drawn_by} draws instead."
    return f"{ending}, and {retirement.replaced_by or 'nothing'} takes its place."


def _ending(model: str, day: date | None, *, is_gone: bool) -> str:
    return f"{model} is retired since {day}" if is_gone else f"{model} ends on {day}"
