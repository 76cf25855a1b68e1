"""The queues that the functions send to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from picturebook.models.messages import AnyDrawMessage


class DrawQueue(Protocol):
    """The queues of pictures to draw."""

    async def send(self, messages: Sequence[AnyDrawMessage]) -> None:
        """Queue every message, or raise StoreUnavailableError; sending twice is harmless."""
        ...


class RefusedInputQueue(Protocol):
    """Keeps refused input unchanged."""

    async def keep(self, raw: str, *, reason: str, origin: str) -> None:
        """Keep `raw` with the reason and its origin, or raise StoreUnavailableError."""
        ...
