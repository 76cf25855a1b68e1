"""What processes do to the ledger at once. Imported by each of them, so nothing here knows the tests."""

from __future__ import annotations

from datetime import UTC, datetime

from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.models.pictures import PictureOutcome, PictureRef
from picturebook.models.runs import Claim, PictureRecord, Run, RunEnding
from picturebook.ports.story_ledger import ClaimRefused, Head
from tests.fakes.clock import FakeClock
from tests.races.circuit_deeds import CIRCUITS
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
    except ClaimRefused as refused:
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


def _ledger(player: Player) -> DynamoDbStoryLedger:
    return DynamoDbStoryLedger(player.client, LEDGER, circuit_table=CIRCUITS, clock=FakeClock())
