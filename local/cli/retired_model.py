"""What is said beforehand of a story that names a model which another one replaces. Pure."""

from __future__ import annotations

from datetime import date

from picturebook.catalogue import load_catalogue
from picturebook.planning import StoryPlan


def replaced_model(plan: StoryPlan, *, today: date) -> str | None:
    """Say in a line which model draws instead of the story's own; None when that one draws."""
    wished, used = plan.story.model, plan.options.model
    if wished is None or wished == used:
        return None
    gone = load_catalogue().specs[wished]
    when = f"is retired since {gone.retires_on}" if gone.is_gone(today) else f"ends on {gone.retires_on}"
    return f"{wished} {when}: {used} draws instead."
