"""Images per minute, across the fleet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to ask for one picture, or the word when to ask again.

    `seconds` is how long to wait: until the permit is due, or, when it is not taken, until it is worth asking
    again. `version` is that of the rate under which it was acquired: its outcome is judged under that one.
    """

    seconds: float
    is_granted: bool = True
    version: int = 0


class RateLimiter(Protocol):
    """Says when the next picture may be asked for, and learns from what came of it. A route is `provider/model`."""

    async def acquire_permit(self, route: str, *, at_most: float) -> Permit:
        """Acquire the next permit, if it is due within `at_most` seconds; raises StoreUnavailableError.

        A permit that is further away is left to others: the caller is told when to come back.
        """
        ...

    async def answered(self, route: str, permit: Permit, *, images_per_minute: int | None) -> None:
        """Learn that the call of `permit` gave a picture, and the limit that its answer named; raises nothing."""
        ...

    async def throttled(
        self, route: str, permit: Permit, *, images_per_minute: int | None, retry_after: float | None
    ) -> None:
        """Learn that the call of `permit` got a 429, the limit it named, and the seconds to wait; raises nothing."""
        ...
