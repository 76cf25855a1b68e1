"""Detects a message that kills every process that handles it, by its attempts that started and never ended.

Attempts are marked from the third receive on, so most messages cost no write.
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
# An attempt that finds this many markers, its own included, quarantines the message instead of handling it.
QUARANTINE_AT = 5

_LOGGER = logging.getLogger(__name__)


class Suspicion(Enum):
    """What to do with a message: handle it, end the work that it requests, or not even parse it."""

    NONE = auto()
    QUARANTINE = auto()
    DO_NOT_OPEN = auto()


@asynccontextmanager
async def watch_attempt(markers: AttemptMarkers, message_id: str, *, receive: int) -> AsyncIterator[Suspicion]:
    """Mark the attempt before the block and remove the marker after it, however the block ends.

    Only the death of the process leaves a marker. `receive` is SQS's receive count, from 1. Raises
    StoreUnavailableError when the attempt cannot be marked: then the message must not be handled.
    """
    if receive < FIRST_MARKED_RECEIVE:
        yield Suspicion.NONE
        return
    try:
        yield _suspicion(await markers.mark(message_id, receive=receive))
    finally:
        await _unmark(markers, message_id, receive)


def quarantined_input(*, what: str) -> InputRefusedError:
    """Return the refusal of input that ended every process that handled it; `what` names the input."""
    return InputRefusedError(
        "ended the process that handled it, time after time",
        field=what,
        accepted="what a function can handle within its memory and its time",
        reason=QUARANTINED,
    )


def _suspicion(markers: int) -> Suspicion:
    if markers < QUARANTINE_AT:
        return Suspicion.NONE
    # One more marker: even the quarantine ended the process.
    return Suspicion.QUARANTINE if markers == QUARANTINE_AT else Suspicion.DO_NOT_OPEN


async def _unmark(markers: AttemptMarkers, message_id: str, receive: int) -> None:
    try:
        await markers.unmark(message_id, receive=receive)
    except StoreUnavailableError as error:
        # The attempt is over and its result stands. The marker that stays counts as one more death.
        error.log_to(_LOGGER)
