"""What processes do to a pace at once. Imported by each of them, so nothing here knows the tests."""

from __future__ import annotations

from picturebook.adapters.dynamodb_pace_store import DynamoDbPaceStore
from picturebook.pacing.pace import Pace, TurnWanted
from tests.races.circuit_deeds import CIRCUITS
from tests.races.contenders import Player


async def take(player: Player, route: str, wanted: TurnWanted, seen: Pace) -> int | None:
    """Take the route's next turn; return when it is due, None when that is too far away."""
    _, due = await DynamoDbPaceStore(player.client, CIRCUITS).take(route, wanted, seen=seen)
    return due
