from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from local.cli.progress.picture_progress import PictureState
from local.cli.progress.story_progress import StoryProgress, advance, begin, changes
from picturebook.events import Event
from picturebook.planning import StoryPlan
from tests.local.cli.stories import picture_event, story_event, story_file

SHEET, PAGE = "character-01", "page-001"


@pytest.fixture
def plan(tmp_path: Path) -> StoryPlan:
    return story_file(tmp_path).plan


def after_events(progress: StoryProgress, *events: Event) -> StoryProgress:
    for event in events:
        progress = advance(progress, event)
    return progress


def events_of_a_picture(plan: StoryPlan) -> list[Event]:
    """A picture that is drawn at its second try."""
    return [
        picture_event(plan, "ImageStarted", SHEET, sequence=1002, at=1.0, attempt=1),
        picture_event(plan, "ImageRetrying", SHEET, sequence=1003, at=2.0, attempt=1, explanation="it failed"),
        picture_event(plan, "ImageStarted", SHEET, sequence=1004, at=3.0, attempt=2),
        picture_event(plan, "ImageCompleted", SHEET, sequence=1005, at=5.5, attempts=2, cost_usd="0.0312"),
    ]


def test_every_picture_waits_at_first_and_has_a_readable_name(plan: StoryPlan) -> None:
    progress = begin(plan)
    assert [p.label for p in progress.pictures.values()] == ["Maren", "Page 1", "Page 2"]
    assert progress.count(PictureState.WAITING) == 3


def test_a_picture_follows_its_events(plan: StoryPlan) -> None:
    progress, states = begin(plan), []
    for event in events_of_a_picture(plan):
        progress = advance(progress, event)
        states.append(progress.pictures[SHEET].state.value)
    assert states == ["drawing", "retrying", "drawing", "done"]
    picture = progress.pictures[SHEET]
    assert (picture.attempts, picture.seconds, str(picture.cost_usd)) == (2, 4.5, "0.0312")


def test_a_picture_that_needs_review_or_was_drawn_before_says_so(plan: StoryPlan) -> None:
    flags = {"needs_review": True, "is_reused": True, "attempts": 0}
    progress = advance(begin(plan), picture_event(plan, "ImageCompleted", SHEET, sequence=1005, at=1.0, **flags))
    done = progress.pictures[SHEET]
    assert (done.state, done.needs_review, done.is_reused) == (PictureState.DONE, True, True)
    again = picture_event(plan, "ImageCompleted", SHEET, sequence=2005, at=2.0, attempts=1, needs_review=False)
    assert advance(progress, again).pictures[SHEET].needs_review is False


def test_any_order_of_the_events_gives_the_same_state(plan: StoryPlan) -> None:
    expected = after_events(begin(plan), *events_of_a_picture(plan))
    for order in itertools.permutations(events_of_a_picture(plan)):
        assert after_events(begin(plan), *order).pictures == expected.pictures


def test_the_same_event_twice_changes_nothing(plan: StoryPlan) -> None:
    once = after_events(begin(plan), *events_of_a_picture(plan))
    assert after_events(once, *events_of_a_picture(plan)) == once


def test_events_of_another_story_or_revision_change_nothing(plan: StoryPlan, tmp_path: Path) -> None:
    other_story = story_file(tmp_path, story_id="other").plan
    other_revision = story_file(tmp_path, title="Another Title").plan
    begun = begin(plan)
    for other in (other_story, other_revision):
        assert after_events(begun, *events_of_a_picture(other), story_event(other, "StoryCompleted")) == begun


def test_a_failed_picture_says_why(plan: StoryPlan) -> None:
    event = picture_event(
        plan, "ImageFailed", PAGE, sequence=1003, reason="refused_by_moderation", explanation="no", attempts=1
    )
    picture = advance(begin(plan), event).pictures[PAGE]
    assert (picture.state, picture.reason) == (PictureState.FAILED, "refused_by_moderation")


@pytest.mark.parametrize("ending", ["StoryCompleted", "StoryPartiallyCompleted", "StoryFailed", "StoryCancelled"])
def test_a_story_ends_with_each_of_its_endings(plan: StoryPlan, ending: str) -> None:
    ended = advance(begin(plan), story_event(plan, ending, cost_usd="1.5"))  # type: ignore[arg-type]  # parametrized
    assert (ended.ending, ended.ending_data["cost_usd"]) == (ending, "1.5")


def test_a_rejection_without_a_revision_ends_the_story(plan: StoryPlan) -> None:
    rejected = story_event(plan, "StoryRejected", message="size: no")
    rejected = rejected.model_copy(update={"metadata": rejected.metadata.model_copy(update={"revision": None})})
    assert advance(begin(plan), rejected).ending == "StoryRejected"


def test_circuit_events_concern_every_story(plan: StoryPlan) -> None:
    opened = story_event(plan, "CircuitOpened")
    without_story = opened.metadata.model_copy(update={"story_id": None, "revision": None})
    progress = advance(begin(plan), opened.model_copy(update={"metadata": without_story}))
    assert progress.notice == "The image service is failing. Pictures wait until it recovers."


def test_an_event_of_an_unknown_picture_changes_nothing(plan: StoryPlan) -> None:
    event = picture_event(plan, "ImageStarted", "page-777", sequence=1002, attempt=1)
    assert advance(begin(plan), event).pictures == begin(plan).pictures


def test_a_redrawn_picture_is_open_again(plan: StoryPlan) -> None:
    done = after_events(begin(plan), *events_of_a_picture(plan))
    again = advance(done, picture_event(plan, "ImageStarted", SHEET, sequence=2002, at=9.0, attempt=1))
    assert again.pictures[SHEET].state is PictureState.DRAWING
    assert again.settled == 0


def test_changes_are_the_pictures_whose_state_or_attempts_differ(plan: StoryPlan) -> None:
    before = begin(plan)
    after = advance(before, events_of_a_picture(plan)[0])
    assert [picture.picture_id for picture in changes(before, after)] == [SHEET]
    assert changes(after, after) == []


def test_a_duplicate_of_an_old_notice_does_not_replace_the_new_one(plan: StoryPlan) -> None:
    opened, closed = story_event(plan, "CircuitOpened"), story_event(plan, "CircuitClosed")
    assert after_events(begin(plan), opened, closed, opened).notice == "The image service works again."
