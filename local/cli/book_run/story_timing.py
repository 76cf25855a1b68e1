"""Compares the time that a story took to its critical path. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from local.cli.book_run.critical_path import critical_path_of, measured_seconds_per_picture
from local.cli.book_run.illustration import Illustration
from picturebook.planning import StoryPlan


@dataclass(frozen=True, slots=True)
class StoryTiming:
    """A story's time, its critical path and the time of one picture, in seconds.

    `service_is_given` if the time of one picture was set by an option and not measured.
    """

    story_s: float
    critical_path_s: float
    picture_s: float
    service_is_given: bool
    workers: int

    @property
    def ratio(self) -> float:
        """Story time divided by critical path; 1 is perfect."""
        return self.story_s / self.critical_path_s

    def sentence(self, name: str) -> str:
        """Return the comparison in one line; `name` says which of several runs it was."""
        origin = "as set" if self.service_is_given else "measured"
        return (
            f"{name}: {self.story_s:.1f} s, critical path {self.critical_path_s:.1f} s, ratio {self.ratio:.2f} "
            f"({self.picture_s:.1f} s a picture, {origin}; {self.workers} pages at once)"
        )


def story_timing(illustration: Illustration, plan: StoryPlan, *, workers: int, service_s: float) -> StoryTiming | None:
    """Compare a story's time to its critical path.

    `service_s` is the seconds that the image service takes for a picture or for the bible. With 0 the time of a picture
    is measured, and the bible counts as 0 s, because no event has its time. Returns None unless the story was
    completed: a refused or failed picture does not take the critical path.
    """
    picture_s = service_s or measured_seconds_per_picture(illustration.progress)
    if not picture_s or illustration.progress.ending != "StoryCompleted":
        return None
    path = critical_path_of(plan, workers=workers, seconds_per_picture=picture_s, seconds_of_bible=service_s)
    return StoryTiming(illustration.seconds, path, picture_s, service_is_given=bool(service_s), workers=workers)
