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
    """What somebody is still responsible for: runs whose ending is not confirmed, and pictures held for a person."""

    runs: Sequence[RunName]
    held: Sequence[PictureRef]


class LedgerUpkeep(Protocol):
    """See the module."""

    async def current_revision(self, story_id: str) -> str | None:
        """Return the story's current revision, or None when it has none."""
        ...

    async def find_picture(self, picture: PictureRef) -> PictureRecord | None:
        """Return the take's record, or None when nobody began it."""
        ...

    async def open_take(self, picture: PictureRef, *, opened_by: str, at: datetime) -> PictureRecord:
        """Write the record of a new take; return the record as it stands, which is the earlier one where it existed."""
        ...

    async def permit_repay(self, picture: PictureRef, claim_id: str, *, wish_id: str) -> PictureRecord:
        """End the wait for a person, who wants the picture bought again; return the record as it stands.

        The lost claim is given up and counted in `repays`, the wish noted in `permitted_by`. Nothing happens when the
        claim is not held.
        """
        ...

    async def forget_hold(self, picture: PictureRef) -> None:
        """Note that the ending of a picture that was held is announced; nothing happens to one that has not ended."""
        ...

    async def mark_moved(self, run: Run, *, at: datetime) -> bool:
        """Note that messages of the run are being queued again; False when somebody moved it since `run` was read."""
        ...

    async def unfinished(self) -> Unfinished:
        """Return what is not finished, the oldest first; it may lag behind the last writes by seconds."""
        ...
