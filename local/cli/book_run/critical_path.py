"""Computes the shortest time that a story can take, as the measure for the time that it took. Pure."""

from __future__ import annotations

from math import ceil
from statistics import median

from local.cli.progress.picture_progress import PictureState
from local.cli.progress.story_progress import StoryProgress
from picturebook.planning import StoryPlan, sheets_on


def critical_path_seconds(
    *,
    characters: int,
    pages_with_characters: int,
    pages_without: int,
    workers: int,
    seconds_per_picture: float,
    further_views: int = 0,
) -> float:
    """Return the length in seconds of the longest chain of pictures that must follow each other.

    Characters and pages have separate workers, `workers` each. With n pictures and c workers the last
    of them is ceil(n / c)-th in its chain. A character's further views wait for its full figure, and a page for all
    views of its characters, so those chains add up; pages without characters start at once and fill the page workers
    meanwhile. The result is the longer of two chains: all characters and then the pages that show some, or all pages.

    The result is exact if there are at least as many workers as characters. With fewer it is a little too high, because
    a page waits for its own characters only.
    """
    if workers < 1:
        raise ValueError(f"workers is {workers}, and must be at least 1")
    sheets = ceil(characters / workers) + ceil(further_views / workers)
    after_characters = sheets + ceil(pages_with_characters / workers)
    all_pages = ceil((pages_with_characters + pages_without) / workers)
    return max(after_characters, all_pages) * seconds_per_picture


def critical_path_of(
    plan: StoryPlan, *, workers: int, seconds_per_picture: float, seconds_of_bible: float = 0.0
) -> float:
    """Return the critical path of a plan in seconds; a bible that is still to be written comes before all pictures."""
    needs_bible = plan.texts.bible_costs.chat != 0
    anchored = sum(bool(sheets_on(page)) for page in plan.pages)
    further = sum(bool(sheets_on(view)) for view in plan.characters)
    pictures = critical_path_seconds(
        characters=len(plan.characters) - further,
        further_views=further,
        pages_with_characters=anchored,
        pages_without=len(plan.pages) - anchored,
        workers=workers,
        seconds_per_picture=seconds_per_picture,
    )
    return pictures + (seconds_of_bible if needs_bible else 0.0)


def measured_seconds_per_picture(progress: StoryProgress) -> float | None:
    """Return the median seconds from a drawn picture's first call to its end; None if no picture was drawn."""
    drawn = [picture for picture in progress.pictures.values() if picture.state is PictureState.DONE]
    seconds = [picture.seconds for picture in drawn if picture.seconds]
    return median(seconds) if seconds else None
