"""A message that kills whoever handles it is found out by the starts that nobody ended.

Most messages never see this: only from their third receive on their starts are marked.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum, auto

from picturebook.errors import InputRefusedError, StoreUnavailableError
from picturebook.ports.attempt_markers import AttemptMarkers

QUARANTINED = "quarantined"
# Two receives are everyday: a redelivery after a crash, or after RetryLater. They cost no write.
FIRST_MARKED_RECEIVE = 3
# The start that finds this many marks, its own included, does not do what the message asks for any more.
QUARANTINE_AT = 5

_LOGGER = logging.getLogger(__name__)


class Suspicion(Enum):
    """What to do with a message: handle it, end what it asks for, or not even look into it."""

    NONE = auto()
    QUARANTINE = auto()
    DO_NOT_OPEN = auto()


@asynccontextmanager
async def watch_attempt(marks: AttemptMarkers, message_id: str, *, receive: int) -> AsyncIterator[Suspicion]:
    """Mark the start before the block and take the mark away after it, however the block ends.

    Only the death of the process leaves a mark. `receive` is SQS's receive count, from 1. Raises
    StoreUnavailableError when the start cannot be marked: then nothing may be tried.
    """
    if receive < FIRST_MARKED_RECEIVE:
        yield Suspicion.NONE
        return
    try:
        yield _suspicion(await marks.mark(message_id, receive=receive))
    finally:
        await _unmark(marks, message_id, receive)


def quarantined_input(*, what: str) -> InputRefusedError:
    """Return the refusal of input that nobody could handle; `what` names it."""
    return InputRefusedError(
        "ended the process that handled it, time after time",
        field=what,
        accepted="what a function can handle within its memory and its time",
        reason=QUARANTINED,
    )


def _suspicion(starts: int) -> Suspicion:
    if starts < QUARANTINE_AT:
        return Suspicion.NONE
    # One more than that: looking into the message was enough to end the process.
    return Suspicion.QUARANTINE if starts == QUARANTINE_AT else Suspicion.DO_NOT_OPEN


async def _unmark(marks: AttemptMarkers, message_id: str, receive: int) -> None:
    try:
        await marks.unmark(message_id, receive=receive)
    except StoreUnavailableError as error:
        # The handling is over, and its end counts; a mark too many brings a quarantine one death nearer.
        error.log_to(_LOGGER)
