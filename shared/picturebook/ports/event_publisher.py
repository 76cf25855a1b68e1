"""Publishes events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from picturebook.events import Event


class EventPublisher(Protocol):
    """Publishes events at least once, under the ids that they carry."""

    async def publish(self, events: Sequence[Event]) -> None:
        """Publish all of `events`, in one request where they fit.

        Returns when the bus has accepted every event. Otherwise raises StoreUnavailableError: some may be published,
        so the caller publishes all of them again.
        """
        ...
