"""Computes the state of one picture from its events. Pure.

The event with the highest sequence sets the state, in any order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from picturebook.events import Event


class PictureState(StrEnum):
    """The state of a picture."""

    WAITING = "waiting"
    DRAWING = "drawing"
    RETRYING = "retrying"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_settled(self) -> bool:
        """Whether the picture has ended: no further event is expected."""
        return self in {PictureState.DONE, PictureState.FAILED}


# The state that an event sets.
_STATES = {
    "ImageStarted": PictureState.DRAWING,
    "ImageRetrying": PictureState.RETRYING,
    "ImageHeld": PictureState.HELD,
    "ImageCompleted": PictureState.DONE,
    "ImageFailed": PictureState.FAILED,
}


@dataclass(frozen=True, slots=True)
class PictureProgress:
    """The state of one picture. `sequence` is that of the event that set the state."""

    picture_id: str
    label: str
    state: PictureState = PictureState.WAITING
    sequence: int = -1
    attempts: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cost_usd: Decimal | None = None
    reason: str | None = None
    explanation: str | None = None
    needs_review: bool = False
    is_reused: bool = False

    @property
    def seconds(self) -> float | None:
        """Seconds from its first call to its end; None while it has not ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


def concerns_a_picture(event: Event) -> bool:
    """Whether an event changes the state of a picture."""
    return event.detail_type in _STATES


def after_event(picture: PictureProgress, event: Event) -> PictureProgress:
    """Return the picture after one of its events, which may be older than the last one."""
    moment = event.metadata.occurred_at
    if event.detail_type == "ImageStarted":
        # The first ImageStarted may arrive late. It still has the time when the picture was started.
        picture = replace(picture, started_at=min(moment, picture.started_at or moment))
    attempts = max(picture.attempts, _whole(event.data.get("attempts", event.data.get("attempt", 0))))
    if event.metadata.sequence < picture.sequence:
        return replace(picture, attempts=attempts)
    state = _STATES[event.detail_type]
    return replace(
        picture,
        state=state,
        sequence=event.metadata.sequence,
        attempts=attempts,
        ended_at=moment if state.is_settled else None,
        cost_usd=_money(event.data.get("cost_usd")),
        reason=_string(event.data.get("reason")),
        explanation=_string(event.data.get("explanation")),
        needs_review=event.data.get("needs_review") is True,
        is_reused=event.data.get("is_reused") is True,
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _money(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
