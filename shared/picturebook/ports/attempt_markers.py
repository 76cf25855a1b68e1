"""Which messages were begun and never ended: each such start took its process with it."""

from __future__ import annotations

from typing import Protocol


class AttemptMarkers(Protocol):
    """Keeps a mark per start of a message's handling. All methods raise StoreUnavailableError."""

    async def mark(self, message_id: str, *, receive: int) -> int:
        """Mark the start that receive number `receive` began; return how many marks stand, this one included.

        Marking the same start again is the same mark.
        """
        ...

    async def unmark(self, message_id: str, *, receive: int) -> None:
        """Take the mark of one start away, as the handling came to an end of its own; nothing happens without one."""
        ...
