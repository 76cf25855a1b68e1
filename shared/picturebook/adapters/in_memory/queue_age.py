"""Queue ages that a test or a script sets."""

from __future__ import annotations

from datetime import timedelta

from picturebook.ports.queue_age import QueueAge


class InMemoryQueueAges:
    """A QueueAges; `measured` holds reported ages, `waiting` is the number of messages."""

    def __init__(self, visibility: timedelta) -> None:
        self.visibility = visibility
        self.measured: list[timedelta] = []
        self.waiting = 0

    async def read(self) -> QueueAge:
        """Return the oldest of the reported ages; without any, zero if no message waits, else None."""
        unmeasured = None if self.waiting else timedelta(0)
        return QueueAge(self.visibility, max(self.measured, default=unmeasured))
