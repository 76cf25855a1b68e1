"""What people's wishes and the sweep need of the ledger, beside the way of a picture.

Like the ledger's own methods, each is one conditional write or one read, safe to repeat with the same arguments.
All raise StoreUnavailableError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run


@dataclass(frozen=True, slots=True)
class RunName:
    """A run by its name."""

    story_id: str
    revision: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What somebody is still responsible for.

    Runs whose ending is not confirmed, pictures held for a person, and takes that a wish opened and nobody decided.
    """

    runs: Sequence[RunName]
    held: Sequence[PictureRef]
    takes: Sequence[PictureRef]


class LedgerMaintenance(Protocol):
    """See the module."""

    async def current_revision(self, story_id: str) -> str | None:
        """Return the story's current revision, or None when it has none."""
        ...

    async def find_picture(self, picture: PictureRef) -> PictureRecord | None:
        """Return the take's record, or None when nobody began it."""
        ...

    async def open_take(self, picture: PictureRef, *, opened_by: str, at: datetime) -> PictureRecord:
        """Write the record of a new take; return the record as it stands, which is the earlier one where it existed.

        The take is unfinished until it is decided; while it is held, it is listed as held.
        """
        ...

    async def mark_take_moved(self, record: PictureRecord, *, at: datetime) -> bool:
        """Note that the take's message is being queued again, and count it.

        False when somebody moved, held, decided or forgot the take since `record` was read.
        """
        ...

    async def forget_take(self, picture: PictureRef) -> None:
        """Note that nobody will draw the take; nothing happens to one that is claimed or held."""
        ...

    async def permit_repay(self, picture: PictureRef, claim_id: str, *, command_id: str, at: datetime) -> PictureRecord:
        """End the wait for a person, who wants the picture bought again; return the record as it stands.

        The lost claim is given up and counted in `repays`, the wish noted in `permitted_by`; a take that a wish opened
        is an unfinished one again, moved at `at`. Nothing happens when the claim is not held.
        """
        ...

    async def forget_hold(self, picture: PictureRef) -> None:
        """Note that the ending of a picture that was held is announced; nothing happens to one that has not ended."""
        ...

    async def mark_moved(self, run: Run, *, at: datetime) -> bool:
        """Note that messages of the run are being queued again, and count it.

        False when somebody moved it since `run` was read.
        """
        ...

    async def unfinished(self) -> Unfinished:
        """Return what is not finished, the oldest first; it may lag behind the last writes by seconds."""
        ...
