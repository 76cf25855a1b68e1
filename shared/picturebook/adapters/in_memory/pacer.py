"""A pacer for who has no fleet: every turn is now."""

from __future__ import annotations


class UnpacedPacer:
    """A Pacer that never asks anybody to wait."""

    async def seconds_until_turn(self, route: str) -> float:  # noqa: ARG002 - the port's argument; every route is free
        """Return 0."""
        return 0.0
