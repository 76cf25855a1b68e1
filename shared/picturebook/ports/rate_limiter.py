"""Limits the images per minute of the whole fleet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to request one picture, or, when it is not granted, when to ask again.

    `seconds` is how long to wait: until a granted permit is due, or until the caller should ask again. `version`
    is the version of the rate limit under which the permit was taken, and under which its outcome counts.
    """

    seconds: float
    is_granted: bool = True
    version: int = 0


class RateLimiter(Protocol):
    """Grants permits for calls of a route (`provider/model`), and adapts to their outcomes."""

    async def acquire_permit(self, route: str, *, at_most: float) -> Permit:
        """Take the next permit, if it is due within `at_most` seconds; raises StoreUnavailableError.

        A later permit is not taken: the returned one is not granted, and says when to ask again.
        """
        ...

    async def answered(self, route: str, permit: Permit, *, images_per_minute: int | None) -> None:
        """Record that the call under `permit` returned a picture, and the limit its answer named; raises nothing."""
        ...

    async def throttled(
        self, route: str, permit: Permit, *, images_per_minute: int | None, retry_after: float | None
    ) -> None:
        """Record that the call under `permit` got a 429, the limit it named, and its Retry-After; raises nothing."""
        ...
