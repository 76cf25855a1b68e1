"""A small story through the whole local cloud, as a person at a shell sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from picturebook.book.manifest import Manifest
from tests.local.cli.stories import write_story
from tests.local.stack.proc import children

pytestmark = pytest.mark.stack

# Two cores that do other things as well need a minute; a hang must not take the suite's whole time.
WITHIN_S = 300


def test_a_story_becomes_a_folder_with_a_book_and_nothing_stays_running(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    status, lines, processes = illustrate(write_story(tmp_path), "--out", str(folder), "--json")

    summary = lines[-1]
    assert (status, summary["type"], summary["ending"]) == (0, "summary", "StoryCompleted")
    assert (summary["pictures_total"], summary["pictures_drawn"]) == (3, 3)
    assert {"StoryAccepted", "ImageStarted", "ImageCompleted", "StoryCompleted"} <= {
        line["detail_type"] for line in lines[:-1]
    }

    manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    assert (manifest.story_id, manifest.ending, manifest.drawn) == ("two-pages", "StoryCompleted", 3)
    pictures = sorted(path.name for path in (folder / "pictures").iterdir())
    assert pictures == ["character-maren.png", "page-01.png", "page-02.png"]
    assert {size_of(folder / "pictures" / name) for name in pictures} == {(1024, 1024)}
    page = (folder / "index.html").read_text("utf-8")
    assert all(f'src="web/{name.partition(".")[0]}.webp"' in page for name in pictures[1:])
    assert (folder / "production.html").exists()
    assert {p.alt_text.source for p in manifest.pictures if p.page_number and p.alt_text} == {"chat"}
    assert manifest.moderation is not None
    assert manifest.moderation.status == "passed"
    assert len(processes) > 3
    assert [pid for pid in processes if lives(pid)] == []


def illustrate(story: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], set[int]]:
    """Run the command; return its status, its lines of JSON, and all processes that it had while it drew."""
    command = [sys.executable, "-c", "from local.cli import main; main()", "illustrate", str(story), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603  ours
        assert running.stdout is not None
        first = running.stdout.readline()
        processes = descendants(running.pid)
        rest = running.communicate(timeout=WITHIN_S)[0]
    return running.returncode, [json.loads(line) for line in (first + rest).splitlines()], processes


def size_of(picture: Path) -> tuple[int, int]:
    with Image.open(picture) as opened:
        return opened.size


def descendants(parent: int) -> set[int]:
    found = children(parent)
    return found.union(*(descendants(child) for child in found))


def lives(pid: int) -> bool:
    """Whether a process is there and no zombie that only waits to be counted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
