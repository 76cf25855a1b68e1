"""Computes the progress of a story from its events. Pure: `advance` is a reducer over the events.

Events are delivered at least once and in any order. A duplicate is skipped by its id. `picture_progress.py` applies an
event to one picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from local.cli.progress.picture_progress import PictureProgress, PictureState, after_event, concerns_a_picture
from picturebook.events import Event
from picturebook.models.messages import FULL_FIGURE, AnyDrawMessage, DrawPageMessage
from picturebook.planning import StoryPlan

ENDINGS = ("StoryCompleted", "StoryPartiallyCompleted", "StoryFailed", "StoryCancelled", "StoryRejected")
_NOTICES = {
    "CircuitOpened": "The image service is failing. Pictures wait until it recovers.",
    "CircuitHalfOpened": "Testing whether the image service has recovered.",
    "CircuitClosed": "The image service works again.",
    "BudgetExhausted": "The story's budget is spent: no picture is tried again.",
    "ModelRetiring": "The story's model is retired or retires soon; another model draws.",
}


@dataclass(frozen=True, slots=True)
class StoryProgress:
    """A run's pictures in the order of the book, its last event with the event's data, and a notice for the person.

    `seen` has the ids of all events so far.
    """

    story_id: str
    revision: str
    title: str
    pictures: Mapping[str, PictureProgress]
    ending: str | None = None
    ending_data: Mapping[str, object] = field(default_factory=dict)
    notice: str | None = None
    seen: frozenset[str] = frozenset()

    @property
    def settled(self) -> int:
        """The number of pictures that have ended."""
        return sum(picture.state.is_settled for picture in self.pictures.values())

    def count(self, state: PictureState) -> int:
        """Return the number of pictures in a state."""
        return sum(picture.state is state for picture in self.pictures.values())


def begin(plan: StoryPlan) -> StoryProgress:
    """Return the progress before the first event."""
    pictures = [PictureProgress(message.picture.picture_id, label_of(message)) for message in plan.messages]
    by_id = {picture.picture_id: picture for picture in pictures}
    return StoryProgress(plan.story.story_id, plan.revision, plan.story.title, by_id)


def advance(progress: StoryProgress, event: Event) -> StoryProgress:
    """Return the progress after one more event; an event of another run changes nothing."""
    if event.metadata.event_id in progress.seen or not _concerns(event, progress):
        return progress
    progress = replace(progress, seen=progress.seen | {event.metadata.event_id})
    if event.detail_type in ENDINGS:
        return replace(progress, ending=event.detail_type, ending_data=event.data)
    if event.detail_type in _NOTICES:
        return replace(progress, notice=_NOTICES[event.detail_type])
    picture = progress.pictures.get(str(event.data.get("picture_id")))
    if picture is None or not concerns_a_picture(event):
        return progress
    return replace(progress, pictures={**progress.pictures, picture.picture_id: after_event(picture, event)})


def changes(before: StoryProgress, after: StoryProgress) -> list[PictureProgress]:
    """Return the pictures whose state or number of attempts changed."""
    return [
        picture
        for picture_id, picture in after.pictures.items()
        if (picture.state, picture.attempts)
        != (before.pictures[picture_id].state, before.pictures[picture_id].attempts)
    ]


def _concerns(event: Event, progress: StoryProgress) -> bool:
    metadata = event.metadata
    if event.detail_type.startswith("Circuit"):
        return True
    if metadata.story_id != progress.story_id:
        return False
    return metadata.revision is None or metadata.revision == progress.revision


def label_of(message: AnyDrawMessage) -> str:
    """Return a readable name of a picture: `Page 3`, `Mira`, `Mira, portrait`."""
    if isinstance(message, DrawPageMessage):
        return f"Page {message.page.page_number}"
    is_whole = message.view == FULL_FIGURE
    return message.character.name if is_whole else f"{message.character.name}, {message.view}"
