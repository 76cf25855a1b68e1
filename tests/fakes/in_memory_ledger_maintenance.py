"""The part of the ledger that control commands and the sweep use, in this process's memory."""

from __future__ import annotations

from datetime import datetime

from picturebook.adapters.in_memory.ledger_tables import LedgerTables
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.ports.ledger_maintenance import RunName, Unfinished


class InMemoryLedgerMaintenance:
    """A LedgerMaintenance over the tables of an InMemoryStoryLedger."""

    def __init__(self, tables: LedgerTables) -> None:
        self._tables = tables

    async def current_revision(self, story_id: str) -> str | None:
        """Return the story's current revision."""
        record = self._tables.heads.get(story_id)
        return record.head.revision if record else None

    async def find_picture(self, picture: PictureRef) -> PictureRecord | None:
        """Return the take's record."""
        return self._tables.pictures.get(picture)

    async def open_take(self, picture: PictureRef, *, opened_by: str, at: datetime) -> PictureRecord:
        """Write the record of a new take, or return the earlier one."""
        if picture in self._tables.pictures:
            return self._tables.pictures[picture]
        return self._tables.change_picture(picture, opened_by=opened_by, moved_at=at)

    async def mark_take_moved(self, record: PictureRecord, *, at: datetime) -> bool:
        """Set the take's time, if it is still the one that the caller read."""
        recorded = self._tables.picture(record.picture)
        if record.moved_at is None or recorded.moved_at != record.moved_at:
            return False
        self._tables.change_picture(record.picture, moved_at=at, resends=recorded.resends + 1)
        return True

    async def forget_take(self, picture: PictureRef) -> None:
        """Remove the take from the unfinished ones, unless it is claimed."""
        record = self._tables.picture(picture)
        if record.moved_at and record.claim is None:
            self._tables.change_picture(picture, moved_at=None)

    async def permit_repay(self, picture: PictureRef, claim_id: str, *, command_id: str, at: datetime) -> PictureRecord:
        """Remove the lost claim, if it is the current one and is held."""
        record = self._tables.picture(picture)
        if record.held_until is None or record.claim is None or record.claim.claim_id != claim_id:
            return record
        return self._tables.change_picture(
            picture,
            claim=None,
            held_at=None,
            held_until=None,
            repays=record.repays + 1,
            permitted_by=record.permitted_by | {command_id},
            moved_at=at if picture.story_id and picture.take > 1 else None,
        )

    async def forget_hold(self, picture: PictureRef) -> None:
        """Remove the ended picture from the held ones."""
        if self._tables.picture(picture).outcome:
            self._tables.change_picture(picture, held_at=None, held_until=None)

    async def mark_moved(self, run: Run, *, at: datetime) -> bool:
        """Set `moved_at`, if it is still the one that the caller read."""
        recorded = self._tables.runs.get((run.story_id, run.revision))
        if recorded is None or recorded.moved_at != run.moved_at:
            return False
        self._tables.change_run(run, moved_at=at, resends=recorded.resends + 1)
        return True

    async def unfinished(self) -> Unfinished:
        """Return the runs whose ending is not confirmed, the held pictures, and the opened takes."""
        runs = sorted((run for run in self._tables.runs.values() if not run.is_confirmed), key=lambda r: r.accepted_at)
        held = [(record.held_until, ref) for ref, record in self._tables.pictures.items() if record.held_until]
        takes = [(record.moved_at, ref) for ref, record in self._tables.pictures.items() if record.moved_at]
        return Unfinished(
            runs=[RunName(run.story_id, run.revision) for run in runs],
            held=[ref for _, ref in sorted(held, key=lambda pair: pair[0])],
            takes=[ref for _, ref in sorted(takes, key=lambda pair: pair[0])],
        )
