"""Images per minute, across the fleet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to ask for one picture, or the word when to ask again.

    `seconds` is how long to wait: until the turn is due, or, when it is not taken, until it is worth asking
    again. `pace` is the version of the pace under which it was taken: its outcome is judged under that one.
    """

    seconds: float
    is_granted: bool = True
    pace: int = 0


class RateLimiter(Protocol):
    """Says when the next picture may be asked for, and learns from what came of it. A route is `provider/model`."""

    async def acquire_permit(self, route: str, *, at_most: float) -> Permit:
        """Take the next turn, if it is due within `at_most` seconds; raises StoreUnavailableError.

        A turn that is further away is left to others: the caller is told when to come back.
        """
        ...

    async def answered(self, route: str, turn: Permit, *, images_per_minute: int | None) -> None:
        """Learn that the call of `turn` gave a picture, and the limit that its answer named; raises nothing."""
        ...

    async def throttled(
        self, route: str, turn: Permit, *, images_per_minute: int | None, retry_after: float | None
    ) -> None:
        """Learn that the call of `turn` got a 429, the limit it named, and the seconds to wait; raises nothing."""
        ...
