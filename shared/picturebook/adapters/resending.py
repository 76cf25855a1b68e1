"""Sends the entries of a batch again that AWS did not accept, a few times."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sized
from typing import TypeVar

from picturebook.errors import StoreUnavailableError
from picturebook.ports.clock import Clock

Batch = TypeVar("Batch", bound=Sized)

MOST_TRIES = 5
FIRST_WAIT_SECONDS = 0.1


async def send_until_taken(batch: Batch, send: Callable[[Batch], Awaitable[Batch]], *, clock: Clock, what: str) -> None:
    """Call `send`, which returns the entries that were not accepted, until none is left.

    Waits 0.1, 0.2, 0.4 and 0.8 s between the five tries; raises StoreUnavailableError, naming `what`, if entries are
    left after the last.
    """
    wait = FIRST_WAIT_SECONDS
    for _ in range(MOST_TRIES - 1):
        batch = await send(batch)
        if not batch:
            return
        await clock.sleep(wait)
        wait *= 2
    if left := await send(batch):
        raise StoreUnavailableError(f"{len(left)} {what} were not accepted in {MOST_TRIES} tries.")
