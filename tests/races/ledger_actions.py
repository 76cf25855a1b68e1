"""What processes do to the ledger at once. Imported by each of them, so nothing here knows the tests."""

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
from tests.races.contenders import Player

LEDGER = "ledger"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def claim(
    player: Player, picture: PictureRef, claim_id: str, replacing: str | None, is_repay: bool
) -> Claim | PictureRecord:
    """Claim the picture; return the claim, or the record that refused it."""
    try:
        return await _ledger(player).claim(
            picture, claim_id=claim_id, deadline=NOON, replacing=replacing, is_repay=is_repay
        )
    except ClaimRefusedError as refused:
        return refused.record


async def decide(player: Player, picture: PictureRef, outcome: PictureOutcome) -> PictureRecord:
    """Decide how the picture ended."""
    return await _ledger(player).decide(picture, outcome, decided_at=NOON)


async def settle(player: Player, run: Run, picture_id: str) -> Run:
    """Take a picture out of the run's open ones."""
    return await _ledger(player).settle(run, picture_id, at=NOON)


async def decide_ending(player: Player, run: Run, ending: RunEnding, reason: str) -> Run:
    """Decide how the run ended."""
    return await _ledger(player).decide_ending(run, ending, reason=reason, decided_at=NOON)


async def advance_head(player: Player, run: Run) -> Head:
    """Make the run its story's current one, if it is the newest."""
    return await _ledger(player).advance_head(run)


async def charge(player: Player, run: Run, charge_id: str, amount_usd: Decimal) -> bool:
    """Take money from what the run may spend beside its pictures' allowances."""
    return await _ledger(player).charge(run, charge_id, amount_usd)


async def open_take(player: Player, picture: PictureRef, command_id: str) -> PictureRecord:
    """Open a take by a wish."""
    return await _upkeep(player).open_take(picture, opened_by=command_id, at=NOON)


async def permit_or_decide(player: Player, picture: PictureRef, claim_id: str, command_id: str | None) -> PictureRecord:
    """End a hold: by a person who wants it paid again, or, without a wish, by giving the picture up."""
    if command_id:
        return await _upkeep(player).permit_repay(picture, claim_id, command_id=command_id, at=NOON)
    given_up = PictureOutcome(status=PictureStatus.FAILED, attempts=1, reason="outcome_unknown")
    return await _ledger(player).decide(picture, given_up, decided_at=NOON, held_claim=claim_id)


async def mark_moved(player: Player, run: Run, minute: int) -> bool:
    """Say that the run's messages are being sent again."""
    return await _upkeep(player).mark_moved(run, at=NOON + timedelta(minutes=minute))


def _upkeep(player: Player) -> DynamoDbLedgerMaintenance:
    return DynamoDbLedgerMaintenance(player.client, LEDGER)


def _ledger(player: Player) -> DynamoDbStoryLedger:
    return DynamoDbStoryLedger(player.client, LEDGER, circuit_table=CIRCUITS, clock=FakeClock())
