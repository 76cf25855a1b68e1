"""How long messages have been in the image queues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class QueueAge:
    """The state of both image queues together.

    `visibility` is the longer of their visibility timeouts, `oldest` the age of the oldest message in either: zero
    if there is none, None if it is unknown.
    """

    visibility: timedelta
    oldest: timedelta | None


class QueueAges(Protocol):
    """Reads the age of the oldest message."""

    async def read(self) -> QueueAge:
        """Return the age of the oldest message, waiting or in flight; it may lag behind by minutes.

        SQS may leave out messages that were received several times, so a queue in which all messages wait for long can
        look empty: the caller must do no harm when the answer is wrong. Raises StoreUnavailableError.
        """
        ...
