"""What several processes do to the ledger at the same time. Each process imports it, so it imports no tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from picturebook.adapters.dynamodb_ledger_maintenance import DynamoDbLedgerMaintenance
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.errors import ClaimRefusedError
from picturebook.models.pictures import PictureOutcome, PictureRef, PictureStatus
from picturebook.models.runs import Claim, PictureRecord, Run, RunEnding
from picturebook.ports.story_ledger import Head
from tests.fakes.clock import FakeClock
from tests.races.circuit_actions import CIRCUITS
from tests.races.contenders import Contender

LEDGER = "ledger"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def claim(
    contender: Contender, picture: PictureRef, claim_id: str, replacing: str | None, is_repay: bool
) -> Claim | PictureRecord:
    """Claim the picture; return the claim, or the record that refused it."""
    try:
        return await _ledger(contender).claim(
            picture, claim_id=claim_id, deadline=NOON, replacing=replacing, is_repay=is_repay
        )
    except ClaimRefusedError as refused:
        return refused.record


async def decide(contender: Contender, picture: PictureRef, outcome: PictureOutcome) -> PictureRecord:
    """Decide how the picture ended."""
    return await _ledger(contender).decide(picture, outcome, decided_at=NOON)


async def settle(contender: Contender, run: Run, picture_id: str) -> Run:
    """Take a picture out of the run's open ones."""
    return await _ledger(contender).settle(run, picture_id, at=NOON)


async def decide_ending(contender: Contender, run: Run, ending: RunEnding, reason: str) -> Run:
    """Decide how the run ended."""
    return await _ledger(contender).decide_ending(run, ending, reason=reason, decided_at=NOON)


async def advance_head(contender: Contender, run: Run) -> Head:
    """Make the run its story's current one, if it is the newest."""
    return await _ledger(contender).advance_head(run)


async def charge(contender: Contender, run: Run, charge_id: str, amount_usd: Decimal) -> bool:
    """Take money from what the run may spend beside its pictures' allowances."""
    return await _ledger(contender).charge(run, charge_id, amount_usd)


async def open_take(contender: Contender, picture: PictureRef, command_id: str) -> PictureRecord:
    """Open a take by a command."""
    return await _maintenance(contender).open_take(picture, opened_by=command_id, at=NOON)


async def permit_or_decide(
    contender: Contender, picture: PictureRef, claim_id: str, command_id: str | None
) -> PictureRecord:
    """End a hold: by a command to pay again, or, without `command_id`, by giving the picture up."""
    if command_id:
        return await _maintenance(contender).permit_repay(picture, claim_id, command_id=command_id, at=NOON)
    given_up = PictureOutcome(status=PictureStatus.FAILED, attempts=1, reason="outcome_unknown")
    return await _ledger(contender).decide(picture, given_up, decided_at=NOON, held_claim=claim_id)


async def mark_moved(contender: Contender, run: Run, minute: int) -> bool:
    """Record that the run's messages are queued again."""
    return await _maintenance(contender).mark_moved(run, at=NOON + timedelta(minutes=minute))


def _maintenance(contender: Contender) -> DynamoDbLedgerMaintenance:
    return DynamoDbLedgerMaintenance(contender.client, LEDGER)


def _ledger(contender: Contender) -> DynamoDbStoryLedger:
    return DynamoDbStoryLedger(contender.client, LEDGER, circuit_table=CIRCUITS, clock=FakeClock())
