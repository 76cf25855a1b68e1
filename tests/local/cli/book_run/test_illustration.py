from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from local.cli.book_run.illustration import ProgressRecorder, StalledError, follow_story
from local.cli.progress.story_progress import StoryProgress, begin
from picturebook.events import Event
from picturebook.planning import StoryPlan
from tests.local.cli.stories import picture_event, story_event, story_file


class FakeClock:
    """A clock that moves only while the test waits for events."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class ScriptedEvents:
    """An event source with one batch of events per poll, and none after the last batch."""

    def __init__(self, clock: FakeClock, batches: Sequence[Sequence[Event]]) -> None:
        self._clock = clock
        self._batches = list(batches)
        self.polls = 0

    def receive(self, *, wait_s: int) -> list[Event]:
        self.polls += 1
        self._clock.now += wait_s
        return list(self._batches.pop(0)) if self._batches else []


class SilentListener:
    def on_event(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:
        pass


@pytest.fixture
def plan(tmp_path: Path) -> StoryPlan:
    return story_file(tmp_path).plan


def completed(plan: StoryPlan) -> list[Event]:
    return [
        picture_event(plan, "ImageCompleted", picture_id, sequence=1003, attempts=1) for picture_id in plan.picture_ids
    ]


def follow(plan: StoryPlan, batches: Sequence[Sequence[Event]]) -> tuple[StoryProgress, ScriptedEvents]:
    clock = FakeClock()
    events = ScriptedEvents(clock, batches)
    progress = follow_story(begin(plan), events, SilentListener(), patience_s=30, clock=clock)
    return progress, events


def test_following_ends_with_the_story(plan: StoryPlan) -> None:
    progress, events = follow(plan, [completed(plan), [story_event(plan, "StoryCompleted")]])
    assert (progress.ending, progress.settled, events.polls) == ("StoryCompleted", 3, 2)


def test_an_ending_that_overtakes_the_last_picture_waits_for_it(plan: StoryPlan) -> None:
    progress, _ = follow(plan, [[story_event(plan, "StoryCompleted")], [], completed(plan)])
    assert progress.settled == 3


def test_a_lost_picture_event_does_not_delay_the_end_for_ever(plan: StoryPlan) -> None:
    progress, events = follow(plan, [completed(plan)[:2], [story_event(plan, "StoryCompleted")]])
    assert (progress.ending, progress.settled) == ("StoryCompleted", 2)
    assert events.polls < 8


@pytest.mark.parametrize("ending", ["StoryRejected", "StoryCancelled"])
def test_a_refused_or_cancelled_story_waits_for_no_picture(plan: StoryPlan, ending: str) -> None:
    _, events = follow(plan, [[story_event(plan, ending)]])  # type: ignore[arg-type]  # parametrized
    assert events.polls == 1


def test_a_story_without_events_is_stalled(plan: StoryPlan) -> None:
    clock = FakeClock()
    events = ScriptedEvents(clock, [[], [], completed(plan)[:1]])
    with pytest.raises(StalledError, match="No event of the story arrived for 30 seconds"):
        follow_story(begin(plan), events, SilentListener(), patience_s=30, clock=clock)
    assert events.polls == 3 + 30 + 1


def test_each_event_restarts_the_patience(plan: StoryPlan) -> None:
    quiet: list[list[Event]] = [[] for _ in range(25)]
    pictures = [[event] for event in completed(plan)]
    progress, _ = follow(plan, [*quiet, pictures[0], *quiet, pictures[1], *quiet, [story_event(plan, "StoryFailed")]])
    assert progress.ending == "StoryFailed"


def test_the_recorder_keeps_the_latest_state_and_notes_the_ending(plan: StoryPlan) -> None:
    recorder = ProgressRecorder(SilentListener())
    clock = FakeClock()
    events = ScriptedEvents(clock, [completed(plan), [story_event(plan, "StoryCompleted")]])
    progress = follow_story(begin(plan), events, recorder, patience_s=30, clock=clock)
    assert recorder.latest == progress
    assert recorder.ended_at is not None
