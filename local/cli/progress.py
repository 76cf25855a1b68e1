"""From events to the state of a story. Pure: `advance` is a reducer over what the bus says.

Events come at least once and in any order. An event that was seen is skipped by its id; what an event does to its
picture is in picture_progress.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from local.cli.picture_progress import PictureProgress, PictureState, concerns_a_picture, moved
from picturebook.events import Event
from picturebook.models.messages import FULL_FIGURE, AnyDrawMessage, DrawPageMessage
from picturebook.planning import StoryPlan

ENDINGS = ("StoryCompleted", "StoryPartiallyCompleted", "StoryFailed", "StoryCancelled", "StoryRejected")
_NOTICES = {
    "CircuitOpened": "The image service is failing. Pictures wait until it recovers.",
    "CircuitHalfOpened": "Trying whether the image service has recovered.",
    "CircuitClosed": "The image service works again.",
    "BudgetExhausted": "The story's budget is spent: no picture is tried again.",
    "ModelRetiring": "The story's model is retired or about to be; another one draws.",
}


@dataclass(frozen=True, slots=True)
class StoryProgress:
    """What is known of a run: its pictures in the order of the book, its ending with the event's data, a notice."""

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
        """How many pictures have ended."""
        return sum(picture.state.is_settled for picture in self.pictures.values())

    def count(self, state: PictureState) -> int:
        """How many pictures are in a state."""
        return sum(picture.state is state for picture in self.pictures.values())


def begin(plan: StoryPlan) -> StoryProgress:
    """Return the state before anything was heard."""
    pictures = [PictureProgress(message.picture.picture_id, label_of(message)) for message in plan.messages]
    by_id = {picture.picture_id: picture for picture in pictures}
    return StoryProgress(plan.story.story_id, plan.revision, plan.story.title, by_id)


def advance(progress: StoryProgress, event: Event) -> StoryProgress:
    """Return the state after one more event; what is not about this run changes nothing."""
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
    return replace(progress, pictures={**progress.pictures, picture.picture_id: moved(picture, event)})


def changes(before: StoryProgress, after: StoryProgress) -> list[PictureProgress]:
    """Return the pictures whose state or number of attempts differs."""
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
    """Return what people call a picture: `Page 3`, `Mira`, `Mira, portrait`."""
    if isinstance(message, DrawPageMessage):
        return f"Page {message.page.page_number}"
    is_whole = message.view == FULL_FIGURE
    return message.character.name if is_whole else f"{message.character.name}, {message.view}"
