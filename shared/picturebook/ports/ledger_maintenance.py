"""The part of the ledger that control commands and the sweep use; drawing a picture does not.

Each method is one conditional write or one read, safe to repeat with the same arguments. All raise
StoreUnavailableError.
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
    """The name of a run."""

    story_id: str
    revision: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Runs whose ending is not confirmed, pictures held for the operator, and opened takes without an outcome."""

    runs: Sequence[RunName]
    held: Sequence[PictureRef]
    takes: Sequence[PictureRef]


class LedgerMaintenance(Protocol):
    """See the module's docstring."""

    async def current_revision(self, story_id: str) -> str | None:
        """Return the story's current revision, or None when it has none."""
        ...

    async def find_picture(self, picture: PictureRef) -> PictureRecord | None:
        """Return the take's record, or None if there is none."""
        ...

    async def open_take(self, picture: PictureRef, *, opened_by: str, at: datetime) -> PictureRecord:
        """Write the record of a new take, unless there is one; return the stored record.

        `opened_by` is the command's id. The take is listed as unfinished until it has an outcome; while it is held, it
        is listed as held.
        """
        ...

    async def mark_take_moved(self, record: PictureRecord, *, at: datetime) -> bool:
        """Record that the sweep is about to queue the take's message again, and count it.

        Returns False if the take was queued, held, decided or forgotten since `record` was read.
        """
        ...

    async def forget_take(self, picture: PictureRef) -> None:
        """Remove the take from the unfinished ones: it will not be drawn. A claimed or held take is not changed."""
        ...

    async def permit_repay(self, picture: PictureRef, claim_id: str, *, command_id: str, at: datetime) -> PictureRecord:
        """End the hold of a picture that the operator wants bought again; return the stored record.

        Removes the lost claim, counts it in `repays` and adds the command to `permitted_by`. A take that a command
        opened is listed as unfinished again, queued at `at`. Nothing happens if the claim is not held.
        """
        ...

    async def forget_hold(self, picture: PictureRef) -> None:
        """Remove a picture from the held ones after its outcome was published; without an outcome it is not changed."""
        ...

    async def mark_moved(self, run: Run, *, at: datetime) -> bool:
        """Record that the sweep is about to queue messages of the run again, and count it.

        Returns False if messages of the run were queued since `run` was read.
        """
        ...

    async def unfinished(self) -> Unfinished:
        """Return all unfinished runs, pictures and takes, the oldest first; the last seconds' writes may be missing."""
        ...
