from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.cli.book_run.critical_path import critical_path_of, critical_path_seconds, measured_seconds_per_picture
from local.cli.progress.story_progress import advance, begin
from picturebook.planning import texts_of_the_story
from tests.local.cli.stories import picture_event, story_file


@pytest.mark.parametrize(
    ("characters", "anchored", "free", "workers", "pictures_in_a_row"),
    [
        (3, 12, 0, 10, 3),  # all characters at once, then ten pages, then two
        (3, 10, 0, 10, 2),
        (0, 0, 10, 10, 1),
        (0, 0, 11, 10, 2),
        (1, 1, 20, 10, 3),  # pages without characters fill the page workers for longer than the anchored chain
        (1, 0, 1, 10, 1),
        (3, 4, 0, 1, 7),
        (11, 1, 0, 10, 3),
    ],
)
def test_the_longest_chain_counts(
    characters: int, anchored: int, free: int, workers: int, pictures_in_a_row: int
) -> None:
    seconds = critical_path_seconds(
        characters=characters,
        pages_with_characters=anchored,
        pages_without=free,
        workers=workers,
        seconds_per_picture=2.0,
    )
    assert seconds == 2.0 * pictures_in_a_row


@given(st.integers(0, 40), st.integers(0, 400), st.integers(0, 400), st.integers(1, 50), st.integers(1, 50))
def test_more_workers_never_lengthen_it(characters: int, anchored: int, free: int, few: int, more: int) -> None:
    def length(workers: int) -> float:
        return critical_path_seconds(
            characters=characters,
            pages_with_characters=anchored,
            pages_without=free,
            workers=workers,
            seconds_per_picture=1.0,
        )

    assert length(few + more) <= length(few)


def test_no_workers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        critical_path_seconds(
            characters=1, pages_with_characters=1, pages_without=0, workers=0, seconds_per_picture=1.0
        )


def test_the_plan_gives_the_pages_that_show_characters(tmp_path: Path) -> None:
    plan = story_file(tmp_path).plan
    assert critical_path_of(plan, workers=10, seconds_per_picture=2.0) == 4.0


def test_the_time_of_a_picture_is_the_median_of_those_that_ended(tmp_path: Path) -> None:
    plan = story_file(tmp_path).plan
    progress = begin(plan)
    assert measured_seconds_per_picture(progress) is None
    for picture_id, seconds in (("character-01", 1.0), ("page-001", 9.0), ("page-002", 2.0)):
        progress = advance(progress, picture_event(plan, "ImageStarted", picture_id, sequence=1002, at=0.0, attempt=1))
        progress = advance(progress, picture_event(plan, "ImageCompleted", picture_id, sequence=1003, at=seconds))
    assert measured_seconds_per_picture(progress) == 2.0


def test_the_quick_end_of_a_failed_picture_does_not_count(tmp_path: Path) -> None:
    plan = story_file(tmp_path).plan
    progress = begin(plan)
    for event in (
        picture_event(plan, "ImageStarted", "page-001", sequence=1002, at=0.0, attempt=1),
        picture_event(plan, "ImageFailed", "page-001", sequence=1003, at=0.1),
        picture_event(plan, "ImageStarted", "page-002", sequence=1002, at=0.0, attempt=1),
        picture_event(plan, "ImageCompleted", "page-002", sequence=1003, at=3.0),
    ):
        progress = advance(progress, event)
    assert measured_seconds_per_picture(progress) == 3.0


def test_further_views_are_a_step_between_the_full_figures_and_the_pages(tmp_path: Path) -> None:
    cast = [{"name": "Maren", "traits": ["a girl"]}, {"name": "Bram", "traits": ["a boy"], "views": []}]
    plan = story_file(tmp_path, characters=cast).plan
    assert critical_path_of(plan, workers=10, seconds_per_picture=1.0) == 3.0
    assert critical_path_of(plan, workers=1, seconds_per_picture=1.0) == 2 + 1 + 1


def test_a_bible_that_is_not_written_yet_comes_before_all_pictures(tmp_path: Path) -> None:
    plan = story_file(tmp_path).plan
    settled = replace(plan, texts=texts_of_the_story(plan.story))
    lengths = [critical_path_of(p, workers=10, seconds_per_picture=2.0, seconds_of_bible=1.5) for p in (plan, settled)]
    assert lengths == [5.5, 4.0]
