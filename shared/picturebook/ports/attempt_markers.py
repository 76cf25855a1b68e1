"""Records attempts to handle a message. A marker that stays shows that the attempt ended with its process."""

from __future__ import annotations

from typing import Protocol


class AttemptMarkers(Protocol):
    """Stores one marker per attempt to handle a message. All methods raise StoreUnavailableError."""

    async def mark(self, message_id: str, *, receive: int) -> int:
        """Store a marker for the attempt of receive number `receive`; return the number of markers, this one included.

        Marking the same attempt again changes nothing.
        """
        ...

    async def unmark(self, message_id: str, *, receive: int) -> None:
        """Delete the marker of an attempt that ended normally; without a marker nothing happens."""
        ...
