"""Checks the caller's arguments before the first call. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError

from picturebook.errors import ErrorContext, ImageValidationError
from picturebook.models.accepted_text import ACCEPTED_TEXT, refused_character
from picturebook.models.story import Character, Page
from picturebook.models.strict_model import StrictModel
from picturebook.prompts.picture_prompt import MOST_CHARACTERS_IN_PROMPT

Checked = TypeVar("Checked", bound=StrictModel)

# The seed's names for a character's fields.
_CHARACTER_ISSUES = {"name": "character_name", "traits": "character_traits", "description": "description"}


def invalid(issue: str, message: str, *, provided: object, accepted: str, source: str) -> ImageValidationError:
    """Return the error for one wrong argument; `issue` is its name."""
    return ImageValidationError(
        f"{message}. Accepted: {accepted}.",
        validation_type="input",
        issue=issue,
        context=ErrorContext(f"image_generation.{source}"),
        details={"provided": provided, "accepted": accepted},
    )


def check_prompt(prompt: object, *, issue: str = "prompt", source: str) -> str:
    """Return the prompt if it can be sent. The error shows its length, not its text, because details are logged."""
    accepted = f"1 to {MOST_CHARACTERS_IN_PROMPT} characters of {ACCEPTED_TEXT}"
    if not isinstance(prompt, str):
        raise invalid(issue, "Invalid prompt", provided=type(prompt).__name__, accepted=accepted, source=source)
    if not prompt.strip() or len(prompt) > MOST_CHARACTERS_IN_PROMPT or refused_character(prompt):
        provided = refused_character(prompt) or f"{len(prompt)} characters"
        raise invalid(issue, "Invalid prompt", provided=provided, accepted=accepted, source=source)
    return prompt


def check_character(name: object, traits: object, *, description: str | None = None, source: str) -> Character:
    """Return the character; raises ImageValidationError with issue `character_name` or `character_traits`."""
    if not name or not isinstance(name, str):
        accepted = "a name of 1 to 80 characters"
        raise invalid("character_name", "Invalid character name", provided=name, accepted=accepted, source=source)
    if not isinstance(traits, list | tuple):
        accepted = "a list of 1 to 20 traits"
        raise invalid("character_traits", "Invalid character traits", provided=traits, accepted=accepted, source=source)
    try:
        return Character(name=name, traits=tuple(traits), description=description)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        provided = {"name": name, "traits": traits, "description": description}[field]
        message = f"Invalid character {field} ({error.errors()[0]['msg']})"
        accepted = {"name": "a name of 1 to 80 characters", "traits": "1 to 20 readable traits"}.get(
            field, "readable text of at most 4000 characters"
        )
        raise invalid(_CHARACTER_ISSUES[field], message, provided=provided, accepted=accepted, source=source) from error


def check_pages(story_content: object, *, hero: str, source: str) -> list[Page]:
    """Return the story's pages; numbers default to 1, 2, …, and a page's characters to the hero.

    Unknown keys are ignored, because the seed's callers pass titles and notes of their own.
    """
    accepted = '{"pages": [{"text": str, "page_number"?: int, "characters"?: [str], "scene"?: str}, …]}'
    pages = story_content.get("pages") if isinstance(story_content, dict) else None
    if not isinstance(pages, list | tuple) or not pages:
        kind = type(story_content).__name__ if pages is None else f"{type(pages).__name__} of {len(pages)}"
        raise invalid("story_content", "Invalid story content", provided=kind, accepted=accepted, source=source)
    checked = [_check_page(page, index, hero, accepted, source) for index, page in enumerate(pages)]
    numbers = [page.page_number for page in checked]
    for index, number in enumerate(numbers):
        if number in numbers[:index]:
            issue = f"story_content.pages[{index}].page_number"
            raise invalid(issue, "Page number used twice", provided=number, accepted="unique numbers", source=source)
    return checked


def _check_page(page: object, index: int, hero: str, accepted: str, source: str) -> Page:
    issue = f"story_content.pages[{index}]"
    if not isinstance(page, dict):
        raise invalid(issue, "Invalid page", provided=type(page).__name__, accepted=accepted, source=source)
    names = page.get("characters", [hero])
    try:
        return Page.model_validate(
            {
                "page_number": page.get("page_number", index + 1),
                "text": page.get("text"),
                "characters": tuple(names) if isinstance(names, list | tuple) else names,
                "scene": page.get("scene"),
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        issue = ".".join([issue, *map(str, first["loc"])])
        raise invalid(
            issue, f"Invalid page ({first['msg']})", provided=type(page.get(str(first["loc"][0]))).__name__,
            accepted=accepted, source=source,
        ) from error  # fmt: skip


def check_whole_number(issue: str, value: object, *, most: int, source: str) -> int:
    """Return `value` if it is a whole number from 1 to `most`."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise invalid(issue, f"Invalid {issue}", provided=value, accepted=f"1 to {most}", source=source)
    return value


def check_views(views: Sequence[str], *, source: str) -> tuple[str, ...]:
    """Return the views of a character to draw; each must be readable and different."""
    accepted = "a list of 1 to 8 different views, each a few words such as 'portrait'"
    is_list = isinstance(views, list | tuple) and 1 <= len(views) <= 8 and len(set(views)) == len(views)
    if not is_list or not all(isinstance(view, str) and view.strip() and not refused_character(view) for view in views):
        raise invalid("views", "Invalid views", provided=repr(views)[:200], accepted=accepted, source=source)
    return tuple(views)
