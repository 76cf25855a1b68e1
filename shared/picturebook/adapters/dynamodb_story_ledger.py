"""The ledger in DynamoDB: each method one conditional write, or one read (see ledger_items for the table)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.circuit_items import circuit_keys, circuits_from_items
from picturebook.adapters.dynamodb_attributes import Plain, to_plain
from picturebook.adapters.dynamodb_batch_read import read_batch
from picturebook.adapters.dynamodb_table import DynamoDbTable, ItemKey, Written
from picturebook.adapters.ledger_items import (
    A_PICTURE,
    expiry,
    head_key,
    picture_from_item,
    picture_key,
    pictures_prefix,
    run_attributes,
    run_from_item,
    run_key,
)
from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import ClaimRefusedError, StoreUnavailableError
from picturebook.models.pictures import PictureOutcome, PictureRef
from picturebook.models.runs import Claim, PictureRecord, Run, RunEnding
from picturebook.ports.clock import Clock
from picturebook.ports.executor import Executor
from picturebook.ports.story_ledger import Admission, Head, upload_rank

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EXISTS = "attribute_exists(#pk)"
UNDECIDED = "attribute_not_exists(#outcome)"
NOT_HELD = "attribute_not_exists(#held_until)"
# Stored as what a first revision displaces: no revision has this name, and DynamoDB Local refuses an empty string.
NONE_DISPLACED = "nobody"


class DynamoDbStoryLedger:
    """A StoryLedger over the ledger's table; it also reads the circuits' table, and never writes it."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, circuit_table: str, clock: Clock, executor: Executor = THREADS
    ) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._table = DynamoDbTable(client, table, executor=executor)
        self._circuit_table = circuit_table
        self._clock = clock

    async def admit(
        self, picture: PictureRef, *, sheets: Sequence[PictureRef], route: str, other_route: str | None = None
    ) -> Admission:
        """Read the run, the picture, the sheets and the circuits by one BatchGetItem."""
        run_at = run_key(picture.story_id, picture.revision) if picture.story_id and picture.revision else None
        picture_at = picture_key(picture)
        sheets_at = {picture_key(sheet): sheet for sheet in sheets}
        # DynamoDB refuses a request that has a key twice.
        wanted = dict.fromkeys([*([run_at] if run_at else []), picture_at, *sheets_at])
        routes = dict.fromkeys([route, *([other_route] if other_route else [])])
        circuits_at = [key for one in routes for key in circuit_keys(one)]
        found = await read_batch(
            self._client,
            {self._table.name: [key.typed() for key in wanted], self._circuit_table: circuits_at},
            call=self._call,
            clock=self._clock,
        )
        items = {ItemKey(item["pk"]["S"], item["sk"]["S"]): item for item in found[self._table.name]}
        circuits = {circuit.route: circuit for circuit in circuits_from_items(found[self._circuit_table])}
        return Admission(
            run=run_from_item(items[run_at]) if run_at in items else None,
            record=picture_from_item(items.get(picture_at, {}), picture),
            sheets={
                sheet.picture_id: picture_from_item(items[key], sheet)
                for key, sheet in sheets_at.items()
                if key in items
            },
            circuit=circuits.get(route),
            other_circuit=circuits.get(other_route) if other_route else None,
        )

    async def record_run(self, run: Run) -> Run:
        """Write a new run, or return the stored one."""
        written = await self._table.put_new(run_key(run.story_id, run.revision), run_attributes(run))
        return _run(written, run)

    async def advance_head(self, run: Run) -> Head:
        """Make `run` current, unless the current one was uploaded later."""
        head = await self._change_head(
            run,
            "SET #displaced = if_not_exists(#revision, :none_displaced), #revision = :revision, #rank = :rank,"
            " #expires_at = :expires_at",
            condition="attribute_not_exists(#pk) OR (#rank < :rank AND #revision <> :revision)",
            values={"none_displaced": NONE_DISPLACED},
        )
        if head["revision"] == run.revision and head["rank"] < upload_rank(run):
            # The current revision was uploaded again: its rank is newer, and it displaces no other revision.
            head = await self._change_head(
                run,
                "SET #rank = :rank, #expires_at = :expires_at",
                condition="#revision = :revision AND #rank < :rank",
                values={},
            )
        return Head(head["revision"], None if head["displaced"] == NONE_DISPLACED else head["displaced"])

    async def find_run(self, story_id: str, revision: str) -> Run | None:
        """Return the run, or None."""
        item = await self._table.get(run_key(story_id, revision))
        return run_from_item(item) if item else None

    async def mark_queued(self, run: Run, *, at: datetime) -> None:
        """Record that the first messages were sent."""
        values = {"true": True, "at": at, "zero": 0}
        expression = "SET #is_queued = :true, #moved_at = :at, #resends = :zero"
        _run(await self._change(run, expression, condition=EXISTS, values=values), run)

    async def claim(
        self, picture: PictureRef, *, claim_id: str, deadline: datetime, replacing: str | None, is_repay: bool = False
    ) -> Claim:
        """Write a claim, or raise ClaimRefusedError; see the port for the rules."""
        if is_repay and replacing is None:
            raise ValueError("a re-payment replaces a claim, and `replacing` is None")
        condition, increments = _claim_terms(replacing, is_repay=is_repay)
        values: dict[str, object] = {"claim_id": claim_id, "deadline": deadline, "expires_at": expiry(deadline)}
        written = await self._table.update(
            picture_key(picture),
            "SET #claim_id = :claim_id, #claim_deadline = :deadline, #expires_at = :expires_at, " + increments,
            condition=f"{UNDECIDED} AND {NOT_HELD} AND {condition}",
            # None is left out: without `replacing`, the condition does not refer to it.
            values={**values, "zero": 0, "one": 1, "replacing": replacing},
        )
        record = picture_from_item(written.item or {}, picture)
        # An earlier try of this call, whose answer was lost, may have written the claim.
        if record.claim is None or record.claim.claim_id != claim_id:
            raise ClaimRefusedError(record)
        return record.claim

    async def release(self, picture: PictureRef, claim_id: str, *, is_failure: bool = False) -> None:
        """Remove the claim, if it is the current one."""
        await self._table.update(
            picture_key(picture),
            "SET #failures = if_not_exists(#failures, :zero) + :failure REMOVE #claim_id, #claim_deadline",
            condition="#claim_id = :claim_id",
            values={"claim_id": claim_id, "zero": 0, "failure": int(is_failure)},
        )

    async def decide(
        self, picture: PictureRef, outcome: PictureOutcome, *, decided_at: datetime, held_claim: str | None = None
    ) -> PictureRecord:
        """Write the picture's outcome, unless it has one; return the stored record."""
        is_held, hold = "", ", #held_at, #held_until, #unfinished, #unfinished_since"
        if held_claim:
            is_held, hold = " AND attribute_exists(#held_until) AND #claim_id = :held_claim", ""
        written = await self._table.update(
            picture_key(picture),
            "SET #outcome = :outcome, #decided_at = :decided_at, #expires_at = :expires_at"
            f" REMOVE #claim_id, #claim_deadline{hold}",
            condition=UNDECIDED + is_held,
            values={
                "outcome": outcome.model_dump(),
                "decided_at": decided_at,
                "expires_at": expiry(decided_at),
                "held_claim": held_claim,
            },
        )
        return picture_from_item(written.item or {}, picture)

    async def hold(self, picture: PictureRef, claim_id: str, *, at: datetime, until: datetime) -> PictureRecord:
        """Hold a lost claim for the operator, if it is the current one."""
        written = await self._table.update(
            picture_key(picture),
            "SET #held_at = :at, #held_until = :until, #unfinished = :kind, #unfinished_since = :until,"
            " #expires_at = :expires_at",
            condition=f"{UNDECIDED} AND {NOT_HELD} AND #claim_id = :claim_id",
            values={"claim_id": claim_id, "at": at, "until": until, "kind": A_PICTURE, "expires_at": expiry(until)},
        )
        return picture_from_item(written.item or {}, picture)

    async def charge(self, run: Run, charge_id: str, amount_usd: Decimal) -> bool:
        """Take money from the run's spare money, once per charge."""
        if run.spare_usd is None:
            return True
        written = await self._change(
            run,
            "SET #spare_usd = #spare_usd - :amount ADD #charges :charges",
            condition="#spare_usd >= :amount AND NOT contains(#charges, :charge)",
            values={"amount": amount_usd, "charges": frozenset({charge_id}), "charge": charge_id},
        )
        return charge_id in _run(written, run).charges

    async def settle(self, run: Run, picture_id: str, *, at: datetime) -> Run:
        """Remove the picture from the open pictures; repeating it changes nothing."""
        written = await self._change(
            run,
            "SET #moved_at = :at, #resends = :zero DELETE #open_pictures :picture",
            condition=EXISTS,
            values={"picture": frozenset({picture_id}), "at": at, "zero": 0},
        )
        return _run(written, run)

    async def decide_ending(self, run: Run, ending: RunEnding, *, reason: str | None, decided_at: datetime) -> Run:
        """Write the run's ending, unless it has one; return the stored run."""
        values = {"ending": ending, "decided_at": decided_at, "reason": reason}
        expression = "SET #ending = :ending, #decided_at = :decided_at"
        if reason is not None:
            expression += ", #ending_reason = :reason"
        written = await self._change(
            run, expression, condition=f"{EXISTS} AND attribute_not_exists(#ending)", values=values
        )
        return _run(written, run)

    async def confirm_ending(self, run: Run) -> None:
        """Record that the ending was published."""
        written = await self._change(
            run,
            "SET #is_confirmed = :true REMOVE #unfinished, #unfinished_since",
            condition="attribute_exists(#ending)",
            values={"true": True},
        )
        if not written.was_written:
            raise StoreUnavailableError(f"Run {run.story_id}/{run.revision} has no ending to confirm.")

    async def pictures(self, run: Run) -> Sequence[PictureRecord]:
        """Return the records of the run's pictures, by id and take."""
        items = await self._table.list_items(run_key(run.story_id, run.revision).pk, pictures_prefix(run.revision))
        return [picture_from_item(item) for item in items]

    async def _change_head(self, run: Run, expression: str, *, condition: str, values: dict[str, object]) -> Plain:
        known = {"revision": run.revision, "rank": upload_rank(run), "expires_at": expiry(run.accepted_at)}
        written = await self._table.update(
            head_key(run.story_id), expression, condition=condition, values={**known, **values}
        )
        if written.item is None:
            raise StoreUnavailableError(f"The head of story {run.story_id} was deleted while it was read.")
        return to_plain(written.item)

    async def _change(self, run: Run, expression: str, *, condition: str, values: dict[str, object]) -> Written:
        return await self._table.update(
            run_key(run.story_id, run.revision), expression, condition=condition, values=values
        )


def _claim_terms(replacing: str | None, *, is_repay: bool) -> tuple[str, str]:
    """Return the condition of a claim, in addition to UNDECIDED and NOT_HELD, and the counters that it increments."""
    attempts = "#attempts = if_not_exists(#attempts, :zero) + :one"
    if is_repay:
        once = "(attribute_not_exists(#repays) OR #repays < :one)"
        return f"#claim_id = :replacing AND {once}", f"{attempts}, #repays = if_not_exists(#repays, :zero) + :one"
    if replacing is not None:
        return "(attribute_not_exists(#claim_id) OR #claim_id = :replacing)", attempts
    return "attribute_not_exists(#claim_id)", attempts


def _run(written: Written, run: Run) -> Run:
    if written.item is None:
        raise StoreUnavailableError(f"The ledger has no record of run {run.story_id}/{run.revision}.")
    return run_from_item(written.item)
