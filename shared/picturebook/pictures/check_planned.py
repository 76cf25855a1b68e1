"""A run buys what its plan holds, once, and the takes that a person opened: nothing else is in budget or book."""

from __future__ import annotations

from picturebook.errors import InputRefusedError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import Run, RunEnding
from picturebook.ports.story_ledger import Admission


def is_over(message: AnyDrawMessage, run: Run | None) -> bool:
    """Say whether the run buys the picture no more: it was cancelled, or ended, and this is no further take."""
    if run is None or run.ending is None:
        return False
    return run.ending is RunEnding.CANCELLED or message.take == 1


def is_planned(message: AnyDrawMessage, admission: Admission) -> bool:
    """Say whether the picture is one of the run's open ones, or a further take that somebody opened."""
    if admission.run is None:
        return True
    if message.take > 1:
        return admission.record.opened_by is not None
    return message.picture.picture_id in admission.run.open_pictures


def check_is_planned(message: AnyDrawMessage, admission: Admission) -> None:
    """Raise InputRefusedError for what a run that goes on did not plan."""
    if is_over(message, admission.run) or is_planned(message, admission):
        return
    if message.take > 1:
        raise _refusal(message, "take", f"is {message.take}", "1, or a take that a redraw opened")
    raise _refusal(message, "picture_id", "is not an open picture of the run", "the id of one of its pictures")


def _refusal(message: AnyDrawMessage, field: str, problem: str, accepted: str) -> InputRefusedError:
    story_id = message.run.story_id if message.run else None
    return InputRefusedError(problem, field=field, accepted=accepted, reason="not_planned", story_id=story_id)
