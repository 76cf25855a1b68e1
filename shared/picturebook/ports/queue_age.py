"""How long messages have been lying in the image queues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class QueueAge:
    """What is known of both image queues together.

    `visibility` is the longer of their visibility timeouts, `oldest` the age of the oldest message in either: zero
    when there is none, and None when nobody can say.
    """

    visibility: timedelta
    oldest: timedelta | None


class QueueAges(Protocol):
    """Reads the age of what waits."""

    async def read(self) -> QueueAge:
        """Return the age of the oldest message, waiting or in flight; it may lag behind by minutes.

        Messages that were received several times may not count, so a long wait of all of them can look like an
        empty queue: whoever acts on the answer must be harmless when it is wrong. Raises StoreUnavailableError.
        """
        ...
