"""The age of the oldest waiting message, as a test sets it."""

from __future__ import annotations

from datetime import timedelta

from picturebook.ports.queue_age import QueueAge


class InMemoryQueueAges:
    """A QueueAges; `measured` holds the ages that were reported, `waiting` counts messages."""

    def __init__(self, visibility: timedelta) -> None:
        self.visibility = visibility
        self.measured: list[timedelta] = []
        self.waiting = 0

    async def read(self) -> QueueAge:
        """Return the oldest of the reported ages; without any, zero if nothing waits and else None."""
        unmeasured = None if self.waiting else timedelta(0)
        return QueueAge(self.visibility, max(self.measured, default=unmeasured))
