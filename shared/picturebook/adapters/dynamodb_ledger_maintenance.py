"""The part of the ledger in DynamoDB that control commands and the sweep use (see ledger_items for the table)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from picturebook.adapters.dynamodb_attributes import to_plain, to_typed
from picturebook.adapters.dynamodb_table import DynamoDbTable
from picturebook.adapters.ledger_items import (
    A_PICTURE,
    A_RUN,
    A_TAKE,
    UNFINISHED,
    expiry,
    head_key,
    picture_at,
    picture_from_item,
    picture_key,
    run_at,
    run_key,
)
from picturebook.adapters.thread_executor import THREADS
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.ports.executor import Executor
from picturebook.ports.ledger_maintenance import Unfinished

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbLedgerMaintenance:
    """A LedgerMaintenance over the ledger's table and its index `unfinished`."""

    def __init__(self, client: DynamoDBClient, table: str, *, executor: Executor = THREADS) -> None:
        self._table = DynamoDbTable(client, table, executor=executor)

    async def current_revision(self, story_id: str) -> str | None:
        """Return the story's current revision."""
        item = await self._table.get(head_key(story_id))
        return str(to_plain(item)["revision"]) if item else None

    async def find_picture(self, picture: PictureRef) -> PictureRecord | None:
        """Return the take's record."""
        item = await self._table.get(picture_key(picture))
        return picture_from_item(item, picture) if item else None

    async def open_take(self, picture: PictureRef, *, opened_by: str, at: datetime) -> PictureRecord:
        """Write the record of a new take, or return the earlier one."""
        index = {UNFINISHED: A_TAKE, f"{UNFINISHED}_since": at}
        attributes = to_typed({"opened_by": opened_by, "expires_at": expiry(at), **index})
        written = await self._table.put_new(picture_key(picture), attributes)
        return picture_from_item(written.item or {}, picture)

    async def mark_take_moved(self, record: PictureRecord, *, at: datetime) -> bool:
        """Set the take's time in the index, if it is still the one that the caller read."""
        if record.moved_at is None:
            return False
        written = await self._table.update(
            picture_key(record.picture),
            "SET #unfinished_since = :at, #resends = if_not_exists(#resends, :zero) + :one",
            condition="#unfinished = :kind AND #unfinished_since = :known",
            values={"at": at, "known": record.moved_at, "kind": A_TAKE, "zero": 0, "one": 1},
        )
        return written.was_written

    async def forget_take(self, picture: PictureRef) -> None:
        """Remove the take from the index, unless it is claimed: the claim's holder may still report an outcome."""
        await self._table.update(
            picture_key(picture),
            "REMOVE #unfinished, #unfinished_since",
            condition="#unfinished = :kind AND attribute_not_exists(#claim_id)",
            values={"kind": A_TAKE},
        )

    async def permit_repay(self, picture: PictureRef, claim_id: str, *, command_id: str, at: datetime) -> PictureRecord:
        """Remove the lost claim, if it is the current one and is held."""
        listed, unlisted, values = "", ", #unfinished, #unfinished_since", {}
        if picture.story_id and picture.take > 1:
            listed, unlisted = ", #unfinished = :kind, #unfinished_since = :at", ""
            values = {"kind": A_TAKE, "at": at}
        written = await self._table.update(
            picture_key(picture),
            f"SET #repays = if_not_exists(#repays, :zero) + :one{listed} ADD #permitted_by :command_ids"
            f" REMOVE #claim_id, #claim_deadline, #held_at, #held_until{unlisted}",
            condition="#claim_id = :claim_id AND attribute_exists(#held_until)",
            values={"claim_id": claim_id, "zero": 0, "one": 1, "command_ids": frozenset({command_id}), **values},
        )
        return picture_from_item(written.item or {}, picture)

    async def forget_hold(self, picture: PictureRef) -> None:
        """Remove the ended picture from the index."""
        await self._table.update(
            picture_key(picture),
            "REMOVE #held_at, #held_until, #unfinished, #unfinished_since",
            condition="attribute_exists(#outcome)",
            values={},
        )

    async def mark_moved(self, run: Run, *, at: datetime) -> bool:
        """Set `moved_at`, if it is still the one that the caller read."""
        known = "attribute_not_exists(#moved_at)" if run.moved_at is None else "#moved_at = :known"
        written = await self._table.update(
            run_key(run.story_id, run.revision),
            "SET #moved_at = :at, #resends = if_not_exists(#resends, :zero) + :one",
            condition=f"attribute_exists(#pk) AND {known}",
            values={"at": at, "known": run.moved_at, "zero": 0, "one": 1},
        )
        return written.was_written

    async def unfinished(self) -> Unfinished:
        """Read the index: the runs, then the held pictures, then the opened takes."""
        runs = await self._table.list_index(UNFINISHED, A_RUN)
        held = await self._table.list_index(UNFINISHED, A_PICTURE)
        takes = await self._table.list_index(UNFINISHED, A_TAKE)
        return Unfinished(
            runs=[run_at(key.pk, key.sk) for key in runs],
            held=[picture_at(key.pk, key.sk) for key in held],
            takes=[picture_at(key.pk, key.sk) for key in takes],
        )
