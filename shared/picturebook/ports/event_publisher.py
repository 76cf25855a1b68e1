"""Where events go out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from picturebook.events import Event


class EventPublisher(Protocol):
    """Publishes events at least once, under the ids that they carry."""

    async def publish(self, events: Sequence[Event]) -> None:
        """Publish all of `events`, in one request where they fit.

        Returns only when the bus has accepted each one. Raises StoreUnavailableError otherwise; what
        was accepted before that stays published, so the caller publishes all of them again.
        """
        ...
