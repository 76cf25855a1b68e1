"""Attempt markers in this process's memory."""

from __future__ import annotations

from collections import defaultdict


class InMemoryAttemptMarkers:
    """AttemptMarkers; `standing` holds the receive numbers by message id."""

    def __init__(self) -> None:
        self.standing: dict[str, set[int]] = defaultdict(set)

    async def mark(self, message_id: str, *, receive: int) -> int:
        """Store a marker; return the number of markers."""
        self.standing[message_id].add(receive)
        return len(self.standing[message_id])

    async def unmark(self, message_id: str, *, receive: int) -> None:
        """Delete the marker of an attempt."""
        self.standing[message_id].discard(receive)
