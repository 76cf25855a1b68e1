"""Start marks in this process's memory."""

from __future__ import annotations

from collections import defaultdict


class InMemoryAttemptMarkers:
    """A AttemptMarkers; `standing` holds the receive numbers by message id."""

    def __init__(self) -> None:
        self.standing: dict[str, set[int]] = defaultdict(set)

    async def mark(self, message_id: str, *, receive: int) -> int:
        """Mark a start; return how many marks stand."""
        self.standing[message_id].add(receive)
        return len(self.standing[message_id])

    async def unmark(self, message_id: str, *, receive: int) -> None:
        """Take the mark of one start away."""
        self.standing[message_id].discard(receive)
