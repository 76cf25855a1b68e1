"""The queues that we send to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from picturebook.models.messages import AnyDrawMessage


class DrawQueue(Protocol):
    """Takes pictures that are to be drawn."""

    async def send(self, messages: Sequence[AnyDrawMessage]) -> None:
        """Queue every message, or raise StoreUnavailableError; sending twice is harmless."""
        ...


class RefusedInputQueue(Protocol):
    """Keeps what we refused, as it came."""

    async def keep(self, raw: str, *, reason: str, origin: str) -> None:
        """Keep `raw` with the reason and where it came from, or raise StoreUnavailableError."""
        ...
