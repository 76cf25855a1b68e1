"""From events to the state of each picture. Pure: `advance` is a reducer over what the bus says.

Events come at least once and in any order. An event that was seen is skipped by its id; a picture's state follows the
event with the highest sequence, whenever it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from picturebook.models.events import Event
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.planning import StoryPlan


class PictureState(StrEnum):
    """Where a picture is."""

    WAITING = "waiting"
    DRAWING = "drawing"
    RETRYING = "retrying"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is expected of it."""
        return self in {PictureState.DONE, PictureState.FAILED}


# The state that an event brings. Of one sequence, the later in this list is the newer.
_STATES = {
    "ImageStarted": PictureState.DRAWING,
    "ImageRetrying": PictureState.RETRYING,
    "ImageHeld": PictureState.HELD,
    "ImageCompleted": PictureState.DONE,
    "ImageFailed": PictureState.FAILED,
}
_RANKS = {detail_type: rank for rank, detail_type in enumerate(_STATES)}
ENDINGS = ("StoryCompleted", "StoryPartiallyCompleted", "StoryFailed", "StoryCancelled", "StoryRejected")
_NOTICES = {
    "CircuitOpened": "The image service is failing. Pictures wait until it recovers.",
    "CircuitHalfOpened": "Trying whether the image service has recovered.",
    "CircuitClosed": "The image service works again.",
    "BudgetExhausted": "The story's budget is spent: no picture is tried again.",
    "ModelRetiring": "The story's model is retired or about to be; another one draws.",
}


@dataclass(frozen=True, slots=True)
class PictureProgress:
    """What is known of one picture. `position` is the sequence and rank of the event that set the state."""

    picture_id: str
    label: str
    state: PictureState = PictureState.WAITING
    position: tuple[int, int] = (-1, -1)
    attempts: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cost_usd: Decimal | None = None
    reason: str | None = None
    explanation: str | None = None

    @property
    def seconds(self) -> float | None:
        """How long it took from its first call to its ending."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


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
    pictures = [PictureProgress(message.picture.picture_id, _label(message)) for message in plan.messages]
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
    if picture is None or event.detail_type not in _STATES:
        return progress
    return replace(progress, pictures={**progress.pictures, picture.picture_id: _moved(picture, event)})


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


def _moved(picture: PictureProgress, event: Event) -> PictureProgress:
    moment = event.metadata.occurred_at
    if event.detail_type == "ImageStarted":
        # An early start may be heard late: it still says when the picture was begun.
        picture = replace(picture, started_at=min(moment, picture.started_at or moment))
    position = (event.metadata.sequence, _RANKS[event.detail_type])
    attempts = max(picture.attempts, _whole(event.data.get("attempts", event.data.get("attempt", 0))))
    if position < picture.position:
        return replace(picture, attempts=attempts)
    state = _STATES[event.detail_type]
    return replace(
        picture,
        state=state,
        position=position,
        attempts=attempts,
        ended_at=moment if state.is_settled else None,
        cost_usd=_money(event.data.get("cost_usd")),
        reason=_string(event.data.get("reason")),
        explanation=_string(event.data.get("explanation")),
    )


def _label(message: AnyDrawMessage) -> str:
    if isinstance(message, DrawPageMessage):
        return f"Page {message.page.page_number}"
    return message.character.name


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _money(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
