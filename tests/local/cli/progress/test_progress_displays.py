from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from local.cli.progress.progress_displays import JsonDisplay, LogDisplay, display_on
from local.cli.progress.progress_view import duration_text, progress_view
from local.cli.progress.story_progress import StoryProgress, advance, begin
from picturebook.planning import StoryPlan
from tests.local.cli.stories import BEGAN, picture_event, story_event, story_file


@pytest.fixture
def plan(tmp_path: Path) -> StoryPlan:
    return story_file(tmp_path).plan


def on_the_way(plan: StoryPlan) -> StoryProgress:
    progress = begin(plan)
    for event in (
        picture_event(plan, "ImageStarted", "character-01", sequence=1002, at=0.0, attempt=1),
        picture_event(plan, "ImageCompleted", "character-01", sequence=1003, at=2.5, attempts=1),
        picture_event(plan, "ImageStarted", "page-001", sequence=1002, at=3.0, attempt=1),
        picture_event(plan, "ImageFailed", "page-002", sequence=1003, at=4.0, reason="provider_unavailable"),
    ):
        progress = advance(progress, event)
    return progress


def shown(progress: StoryProgress, *, lines: int = 40, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, height=lines)
    with console.capture() as captured:
        console.print(
            progress_view(progress, now=BEGAN + timedelta(seconds=10), elapsed_s=75.0, lines=lines, width=width)
        )
    return captured.get()


def test_the_view_has_a_line_for_every_picture_with_its_state_and_time(plan: StoryPlan) -> None:
    lines = shown(on_the_way(plan)).splitlines()
    assert lines[0] == "Two Pages"
    assert lines[1].split() == ["✓", "Maren", "done", "2.5", "s"]
    assert lines[2].split() == ["✎", "Page", "1", "drawing", "7.0", "s"]
    assert "The image service kept failing" in lines[3]
    assert "2 of 3" in lines[4]
    assert "1:15" in lines[4]


def test_a_book_longer_than_the_terminal_has_a_cell_for_every_picture(tmp_path: Path) -> None:
    pages = [{"page_number": n, "text": "x", "characters": []} for n in range(1, 101)]
    plan = story_file(tmp_path, pages=pages).plan
    text = shown(begin(plan), lines=24)
    assert all(f"Page {n}" in text for n in range(1, 101))
    assert len(text.splitlines()) <= 24


def cast_and_pages(folder: Path, names: list[str], *, pages: int) -> StoryPlan:
    characters = [{"name": name, "traits": ["a person"]} for name in names]
    numbered = [{"page_number": n, "text": "x", "characters": []} for n in range(1, pages + 1)]
    return story_file(folder, characters=characters, pages=numbered).plan


NUMBERS = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"]


def test_cells_are_as_wide_as_the_terminal_allows_so_that_names_can_be_read(tmp_path: Path) -> None:
    plan = cast_and_pages(tmp_path, [f"Person Number {number}" for number in NUMBERS], pages=32)
    text = shown(begin(plan), lines=24, width=80)
    assert all(f"Person Number {number}" in text for number in NUMBERS)
    assert "Page 32" in text
    assert len(text.splitlines()) <= 24


def test_where_cells_are_narrow_names_that_begin_alike_differ_by_their_ends(tmp_path: Path) -> None:
    plan = cast_and_pages(tmp_path, [f"Person Number {number}" for number in NUMBERS], pages=72)
    text = shown(begin(plan), lines=24, width=80)
    assert all(number in text for number in NUMBERS)
    assert "Page 72" in text
    assert len(text.splitlines()) <= 24


def test_wide_letters_are_cut_by_their_width(tmp_path: Path) -> None:
    plan = cast_and_pages(tmp_path, ["李" * 40 + "娜"], pages=100)
    lines = shown(begin(plan), lines=24, width=80).splitlines()
    assert any("…" in line and "娜" in line for line in lines)
    assert all(cell_len(line) <= 80 for line in lines)


def test_the_view_shows_why_the_whole_story_waits(plan: StoryPlan) -> None:
    progress = advance(begin(plan), story_event(plan, "CircuitOpened"))
    assert "Pictures wait until it recovers." in shown(progress)


def test_text_of_a_story_is_not_read_as_markup(tmp_path: Path) -> None:
    plan = story_file(tmp_path, title="[red]Loud[/red] [link=x]").plan
    assert "[red]Loud[/red] [link=x]" in shown(begin(plan))


def test_a_log_has_a_line_per_change(plan: StoryPlan) -> None:
    stream = StringIO()
    display = LogDisplay(Console(file=stream, width=200))
    before = begin(plan)
    event = picture_event(plan, "ImageFailed", "page-001", sequence=1003, reason="provider_unavailable")
    display.on_start(before)
    display.on_event(event, before, advance(before, event))
    display.on_event(event, advance(before, event), advance(before, event))
    output = [line.split("s  ", 1)[1] for line in stream.getvalue().splitlines()]
    assert output == [
        "“Two Pages”: 3 pictures",
        "Page 1: failed (1 of 3) - The image service kept failing, so this picture was given up.",
    ]


def test_scripts_get_each_event_as_it_came(plan: StoryPlan) -> None:
    stream = StringIO()
    display = JsonDisplay(stream)
    event = picture_event(plan, "ImageStarted", "page-001", sequence=1002, attempt=1)
    display.report("Starting")
    display.on_start(begin(plan))
    display.on_event(event, begin(plan), begin(plan))
    [line] = stream.getvalue().splitlines()
    output: dict[str, Any] = json.loads(line)
    assert (output["type"], output["detail_type"], output["data"]["picture_id"]) == (
        "event",
        "ImageStarted",
        "page-001",
    )


def test_the_display_depends_on_the_kind_of_output() -> None:
    stream = StringIO()
    with display_on(Console(file=stream), json_to=None) as log:
        assert isinstance(log, LogDisplay)
    with display_on(Console(file=stream, force_terminal=True), json_to=stream) as scripts:
        assert isinstance(scripts, JsonDisplay)


@pytest.mark.parametrize(("seconds", "text"), [(0.04, "0.0 s"), (59.94, "59.9 s"), (60, "1:00"), (754.2, "12:34")])
def test_durations_are_in_seconds_or_minutes(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
