from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.cli.exit_status import BadInputError
from local.cli.story_file import read_story_file, renamed
from tests.local.cli.stories import MODELS, story_document, story_file, write_story

PAGE = {"page_number": 1, "text": "It rains.", "characters": []}
HERO = {"name": "Maren", "traits": ["a girl"]}


def refusal_of(path: Path) -> BadInputError:
    with pytest.raises(BadInputError) as refused:
        read_story_file(path, models=MODELS)
    return refused.value


def test_a_good_story_is_planned(tmp_path: Path) -> None:
    story = story_file(tmp_path)
    assert story.plan.picture_ids == ("character-01", "page-001", "page-002")
    assert json.loads(story.content) == story_document()


@pytest.mark.parametrize(
    ("changes", "field", "accepted"),
    [
        ({"pages": []}, "pages", "at least 1 item"),
        ({"pages": [{**PAGE, "page_number": n} for n in range(1, 402)], "characters": []}, "pages", "at most 400"),
        ({"title": 7}, "title", "a string"),
        ({"pages": [{**PAGE, "characters": ["Nobody"]}]}, "pages[0].characters[0]", "one of Maren"),
        ({"characters": [HERO, {**HERO, "name": "MAREN"}]}, "characters[1].name", "differ in more than case"),
        ({"title": "Hid\u202eden"}, "title", "without control characters"),
        ({"story_id": "../etc"}, "story_id", "1 to 64 of the letters"),
        ({"titel": "Typo"}, "titel", "only the fields of the schema"),
        ({"model": "paint-o-mat"}, "model", "gpt-image-2"),
        ({"size": "10x10"}, "size", "both sides divisible by 16"),
        ({"quality": "splendid"}, "quality", "medium"),
        ({"max_cost_usd": 0.001}, "max_cost_usd", "at least"),
    ],
)
def test_a_bad_story_names_the_field_and_what_would_be_accepted(
    tmp_path: Path, changes: dict[str, Any], field: str, accepted: str
) -> None:
    refused = refusal_of(write_story(tmp_path, **changes))
    assert refused.field == field
    assert accepted in str(refused.accepted)
    assert f"{field}: " in str(refused)


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    document = story_document()
    del document["style"]
    path.write_text(json.dumps(document))
    assert refusal_of(path).field == "style"


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    path.write_text("Once upon a time")
    assert "one JSON object" in str(refusal_of(path))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in str(refusal_of(tmp_path / "none.json"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in str(refusal_of(tmp_path))


def test_the_message_about_invalid_utf8_names_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    path.write_bytes(json.dumps(story_document(title="Fürchtegott"), ensure_ascii=False).encode("latin-1"))
    refused = str(refusal_of(path))
    assert "is not UTF-8" in refused
    assert "0xfc" in refused


def test_at_most_a_mebibyte_is_read(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    path.write_bytes(b" " * (1024 * 1024 + 1))
    assert "at most 1048576 bytes" in str(refusal_of(path))


def test_an_endless_file_is_refused_as_too_large() -> None:
    assert "has more than 1 MiB" in str(refusal_of(Path("/dev/zero")))


def test_a_story_may_have_another_name_than_its_file(tmp_path: Path) -> None:
    path = write_story(tmp_path, story_id="quite-another-name")
    assert read_story_file(path, models=MODELS).plan.story.story_id == "quite-another-name"


def test_a_renamed_story_is_another_run_of_the_same_pictures(tmp_path: Path) -> None:
    story = story_file(tmp_path)
    again = renamed(story, "two-pages-warm", models=MODELS)
    assert again.plan.picture_ids == story.plan.picture_ids
    assert again.plan.revision != story.plan.revision
    assert json.loads(again.content)["story_id"] == "two-pages-warm"
