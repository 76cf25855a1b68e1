"""What processes do to a rate at once. Imported by each of them, so nothing here knows the tests."""

from __future__ import annotations

from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.rate_limiting.rate_limit import PermitWanted, RateLimit
from tests.races.circuit_actions import CIRCUITS
from tests.races.contenders import Player


async def take(player: Player, route: str, wanted: PermitWanted, seen: RateLimit) -> int | None:
    """Take the route's next permit; return when it is due, None when that is too far away."""
    _, due = await DynamoDbRateLimitStore(player.client, CIRCUITS).take(route, wanted, seen=seen)
    return due
