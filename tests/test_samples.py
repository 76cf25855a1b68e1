"""Every file in events/ is parsed, so that no sample grows stale.

The schemas in it are held by `tests/local/event_reference/`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from picturebook.events import SOURCE, Event
from picturebook.models.parsing import parse_json
from picturebook.models.story import Story

EVENTS = Path(__file__).resolve().parent.parent / "events"
ANNOUNCEMENTS = sorted((EVENTS / "announcements").glob("*.json"))
STORIES = sorted((EVENTS / "stories").glob("*.json"))


@pytest.mark.parametrize("path", ANNOUNCEMENTS, ids=lambda path: path.stem)
def test_an_announcement_has_the_shape_that_subscribers_rely_on(path: Path) -> None:
    envelope = json.loads(path.read_text())
    assert envelope["source"] == SOURCE
    detail_type = path.stem.partition(".")[0]  # a second sample of a type has a word of its own behind it
    assert envelope["detail-type"] == detail_type
    detail = envelope["detail"]
    assert set(detail) == {"metadata", "data"}
    event = Event.model_validate_json(json.dumps({"detail_type": detail_type, **detail}))
    assert event.metadata.occurred_at.tzinfo is not None


@pytest.mark.parametrize("path", [*STORIES, EVENTS / "messages" / "story.json"], ids=lambda path: path.stem)
def test_a_sample_story_is_a_story(path: Path) -> None:
    assert parse_json(Story, path.read_bytes(), what="the story").pages


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_sample_story_lies_under_its_id(path: Path) -> None:
    assert parse_json(Story, path.read_bytes(), what="the story").story_id == path.stem


def test_every_sample_of_a_refusal_has_its_field_on_record() -> None:
    recorded = json.loads((EVENTS / "refused" / "expected_fields.json").read_text())
    files = {path.stem for path in (EVENTS / "refused").glob("*.json")} - {"expected_fields"}
    assert files == set(recorded)


def test_no_sample_lies_where_no_test_reads_it() -> None:
    read = {"announcements", "messages", "refused", "s3", "schemas", "stories"}
    assert {path.relative_to(EVENTS).parts[0] for path in EVENTS.rglob("*.json")} == read
