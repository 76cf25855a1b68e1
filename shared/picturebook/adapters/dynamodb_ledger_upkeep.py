"""What people's wishes and the sweep need of the ledger in DynamoDB (see ledger_items for the table)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from picturebook.adapters.dynamodb_attributes import to_plain, to_typed
from picturebook.adapters.dynamodb_table import DynamoDbTable
from picturebook.adapters.ledger_items import (
    A_PICTURE,
    A_RUN,
    UNFINISHED,
    expiry,
    head_key,
    picture_at,
    picture_from_item,
    picture_key,
    run_at,
    run_key,
)
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.ports.ledger_upkeep import Unfinished

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbLedgerUpkeep:
    """A LedgerUpkeep over the ledger's table and its index of what is unfinished."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._table = DynamoDbTable(client, table)

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
        attributes = to_typed({"opened_by": opened_by, "expires_at": expiry(at)})
        written = await self._table.put_new(picture_key(picture), attributes)
        return picture_from_item(written.item or {}, picture)

    async def permit_repay(self, picture: PictureRef, claim_id: str, *, wish_id: str) -> PictureRecord:
        """Give the lost claim up, if it is the current one and waits for a person."""
        written = await self._table.update(
            picture_key(picture),
            "SET #repays = if_not_exists(#repays, :zero) + :one ADD #permitted_by :wishes"
            " REMOVE #claim_id, #claim_deadline, #held_at, #held_until, #unfinished, #unfinished_since",
            condition="#claim_id = :claim_id AND attribute_exists(#held_until)",
            values={"claim_id": claim_id, "zero": 0, "one": 1, "wishes": frozenset({wish_id})},
        )
        return picture_from_item(written.item or {}, picture)

    async def forget_hold(self, picture: PictureRef) -> None:
        """Take the ended picture from the index."""
        await self._table.update(
            picture_key(picture),
            "REMOVE #held_at, #held_until, #unfinished, #unfinished_since",
            condition="attribute_exists(#outcome)",
            values={},
        )

    async def mark_moved(self, run: Run, *, at: datetime) -> bool:
        """Move `moved_at` on from what the caller read."""
        known = "attribute_not_exists(#moved_at)" if run.moved_at is None else "#moved_at = :known"
        written = await self._table.update(
            run_key(run.story_id, run.revision),
            "SET #moved_at = :at",
            condition=f"attribute_exists(#pk) AND {known}",
            values={"at": at, "known": run.moved_at},
        )
        return written.was_written

    async def unfinished(self) -> Unfinished:
        """Read the index: first of the runs, then of the held pictures."""
        runs = await self._table.list_index(UNFINISHED, A_RUN)
        held = await self._table.list_index(UNFINISHED, A_PICTURE)
        return Unfinished(
            runs=[run_at(key.pk, key.sk) for key in runs], held=[picture_at(key.pk, key.sk) for key in held]
        )
