"""Stories, plans and events for the tests of the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.cli.models_in_use import ModelsInUse
from local.cli.story_file import StoryFile, read_story_file
from picturebook.catalogue import load_catalogue
from picturebook.events import DetailType, Event, EventMetadata, event_id
from picturebook.planning import Estimate, StoryPlan

MODEL = "gpt-image-2"
MODELS = ModelsInUse(MODEL, load_catalogue().chat_or_unknown("gpt-5.4-mini"))
BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def story_document(**changes: Any) -> dict[str, Any]:
    """A story of one character and two pages; changes replace its fields."""
    document = {
        "schema_version": "1.0",
        "story_id": "two-pages",
        "title": "Two Pages",
        "language": "en",
        "style": "watercolour",
        "characters": [{"name": "Maren", "traits": ["a girl", "red hair"], "views": []}],
        "pages": [
            {"page_number": 1, "text": "Maren walks in the forest.", "characters": ["Maren"]},
            {"page_number": 2, "text": "It rains.", "characters": []},
        ],
    }
    return {**document, **changes}


def write_story(folder: Path, **changes: Any) -> Path:
    path = folder / "story.json"
    path.write_text(json.dumps(story_document(**changes)), encoding="utf-8")
    return path


def story_file(folder: Path, **changes: Any) -> StoryFile:
    return read_story_file(write_story(folder, **changes), models=MODELS)


def unpriced(estimate: Estimate) -> Estimate:
    """The same estimate with a model whose prices are unknown."""
    spec = estimate.plan.spec.model_copy(update={"prices": None})
    return replace(estimate, plan=replace(estimate.plan, spec=spec))


def picture_event(
    plan: StoryPlan, detail_type: DetailType, picture_id: str, *, sequence: int, at: float = 0.0, **data: object
) -> Event:
    """An event of one picture, `at` seconds after the beginning."""
    metadata = _metadata(plan, event_id(detail_type, picture_id, sequence), sequence=sequence, at=at)
    return Event(detail_type=detail_type, metadata=metadata, data={"picture_id": picture_id, **data})


def story_event(plan: StoryPlan, detail_type: DetailType, *, sequence: int = 99, **data: object) -> Event:
    metadata = _metadata(plan, event_id(detail_type, sequence), sequence=sequence, at=0.0)
    return Event(detail_type=detail_type, metadata=metadata, data=data)


def _metadata(plan: StoryPlan, event_id: str, *, sequence: int, at: float) -> EventMetadata:
    return EventMetadata(
        event_id=event_id,
        story_id=plan.story.story_id,
        revision=plan.revision,
        sequence=sequence,
        occurred_at=BEGAN + timedelta(seconds=at),
    )
