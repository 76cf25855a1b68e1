"""Images per minute, across the fleet."""

from __future__ import annotations

from typing import Protocol


class Pacer(Protocol):
    """Says when the next picture may be asked for."""

    async def seconds_until_turn(self, route: str) -> float:
        """Take the next turn on `route` (`provider/model`) and return how long to wait for it, 0 for now."""
        ...
