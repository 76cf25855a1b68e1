"""What several processes do to a rate limit at the same time. Each process imports it, so it imports no tests."""

from __future__ import annotations

from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.rate_limiting.rate_limit import PermitRequest, RateLimit
from tests.races.circuit_actions import CIRCUITS
from tests.races.contenders import Contender


async def take_permit(contender: Contender, route: str, request: PermitRequest, seen: RateLimit) -> int | None:
    """Take the route's next permit; return when it is due, None when that is too far away."""
    _, due = await DynamoDbRateLimitStore(contender.client, CIRCUITS).take_permit(route, request, seen=seen)
    return due
