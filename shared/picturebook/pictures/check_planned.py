"""Checks that a picture belongs to its run: it is planned and still open, or a further take that was opened."""

from __future__ import annotations

from picturebook.errors import InputRefusedError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import Run, RunEnding
from picturebook.ports.story_ledger import Admission


def is_over(message: AnyDrawMessage, run: Run | None) -> bool:
    """Say whether the run no longer buys the picture: it was cancelled, or it ended and this is the first take."""
    if run is None or run.ending is None:
        return False
    return run.ending is RunEnding.CANCELLED or message.take == 1


def is_planned(message: AnyDrawMessage, admission: Admission) -> bool:
    """Say whether the picture is open in the run, or an opened further take; one without a run always is planned."""
    if admission.run is None:
        return True
    if message.take > 1:
        return admission.record.opened_by is not None
    return message.picture.picture_id in admission.run.open_pictures


def check_is_planned(message: AnyDrawMessage, admission: Admission) -> None:
    """Raise InputRefusedError for a picture that its run, which is not over, did not plan."""
    if is_over(message, admission.run) or is_planned(message, admission):
        return
    if message.take > 1:
        raise _refusal(message, "take", f"is {message.take}", "1, or a take that a redraw opened")
    raise _refusal(message, "picture_id", "is not an open picture of the run", "the id of one of its pictures")


def _refusal(message: AnyDrawMessage, field: str, problem: str, accepted: str) -> InputRefusedError:
    story_id = message.run.story_id if message.run else None
    return InputRefusedError(problem, field=field, accepted=accepted, reason="not_planned", story_id=story_id)
