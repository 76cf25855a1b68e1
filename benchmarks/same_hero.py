"""Whether references and bible keep a hero the same: the sample story drawn with both, and without both.

The local image service draws the pictures. Where the words leave something open, it invents it anew for each picture,
as image models do. Both books are written to `.build/same_hero/`, for a person to look at. The figures are the palette
scores, 0 to 100, of each page beside its characters' sheets.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from picturebook.catalogue import load_catalogue
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.parsing import parse_json
from picturebook.models.story import Character, Story
from picturebook.picture_likeness import likeness
from picturebook.planning import (
    StoryPlan,
    drawing_options,
    plan_pictures,
    prompt_of,
    references_of,
    texts_of_the_story,
)
from picturebook.prompts.picture_prompt import page_parts, render_prompt
from sketch_artist import SketchRequest, draw_picture

_ROOT = Path(__file__).resolve().parents[1]
_STORY = _ROOT / "events" / "stories" / "the-lantern-of-fern-hollow.json"
_FOLDER = _ROOT / ".build" / "same_hero"
# A character's traits when its appearance is not described.
_UNDESCRIBED = ("as the page's text tells",)


def measure() -> Mapping[str, Any]:
    """Draw both books; return for each the lowest, the median and the highest score of its pages."""
    plan = _plan()
    sheets = {
        message.picture.picture_id: _draw(prompt_of(plan.request_of(message), message, plan.spec, ()), ())
        for message in plan.characters
    }
    with_both = [
        _draw(
            prompt_of(plan.request_of(page), page, plan.spec, references_of(page, plan.spec)),
            _sheets_of(page, plan, sheets),
        )
        for page in plan.pages
    ]
    withheld = [_draw(_bare_prompt(page), ()) for page in plan.pages]
    anchors = [_sheets_of(page, plan, sheets)[: len(page.characters)] for page in plan.pages]
    return {
        "pages": len(plan.pages),
        "palette_with_references_and_bible": _told("with", with_both, anchors),
        "palette_with_both_withheld": _told("withheld", withheld, anchors),
    }


def _plan() -> StoryPlan:
    story = parse_json(Story, _STORY.read_bytes(), what="the story")
    today = datetime.now(UTC).date()
    options, spec = drawing_options(story, load_catalogue(), default_model="gpt-image-2", today=today)
    return plan_pictures(story, spec, options=options, texts=texts_of_the_story(story))


def _draw(prompt: str, references: tuple[bytes, ...]) -> bytes:
    return draw_picture(SketchRequest(prompt=prompt, width=1024, height=1024, references=references))


def _sheets_of(message: AnyDrawMessage, plan: StoryPlan, sheets: Mapping[str, bytes]) -> tuple[bytes, ...]:
    return tuple(sheets[sheet.picture_id or ""] for sheet in references_of(message, plan.spec))


def _bare_prompt(page: DrawPageMessage) -> str:
    """Return a page's prompt with the names of its characters, without their descriptions."""
    cast = [Character(name=character.name, traits=_UNDESCRIBED) for character in page.characters]
    return render_prompt(page_parts(page.page, cast, style=page.style))


def _told(name: str, pages: Sequence[bytes], anchors: Sequence[tuple[bytes, ...]]) -> Mapping[str, float]:
    folder = _FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages, start=1):
        (folder / f"page-{number:02d}.png").write_bytes(page)
    scores = [likeness(page, sheets)["palette"] for page, sheets in zip(pages, anchors, strict=True)]
    return {"least": min(scores), "median": statistics.median(scores), "most": max(scores)}
