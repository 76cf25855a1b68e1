"""A story's time against the least it could take. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from local.cli.critical_path import critical_path_of, measured_seconds_per_picture
from local.cli.illustration import Illustration
from picturebook.planning import StoryPlan


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A story's time against its critical path, in seconds. `service_is_given` when nobody had to measure it."""

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
        """Say it in one line."""
        origin = "as set" if self.service_is_given else "measured"
        return (
            f"{name}: {self.story_s:.1f} s, critical path {self.critical_path_s:.1f} s, ratio {self.ratio:.2f} "
            f"({self.picture_s:.1f} s a picture, {origin}; {self.workers} pages at once)"
        )


def pace_of(illustration: Illustration, plan: StoryPlan, *, workers: int, service_s: float) -> RateLimit | None:
    """Compare a story's time to its critical path.

    `service_s` is how long the service takes for a picture or for the bible, 0 when that is to be measured: then the
    bible, whose time no event tells, counts as nothing. None unless the story was completed: what was refused or
    given up took another way.
    """
    picture_s = service_s or measured_seconds_per_picture(illustration.progress)
    if not picture_s or illustration.progress.ending != "StoryCompleted":
        return None
    path = critical_path_of(plan, workers=workers, seconds_per_picture=picture_s, seconds_of_bible=service_s)
    return RateLimit(illustration.seconds, path, picture_s, service_is_given=bool(service_s), workers=workers)
