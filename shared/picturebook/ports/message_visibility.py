"""How long a received message stays hidden before its queue delivers it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """One delivery of a message. `receive_count` counts its deliveries so far, this one included."""

    message_id: str
    receipt_handle: str
    queue_arn: str
    body: str
    receive_count: int


class MessageVisibility(Protocol):
    """Changes when a received message is delivered again."""

    async def retry_later(self, message: ReceivedMessage, *, seconds: float) -> bool:
        """Have the message delivered again after `seconds`, or earlier if the queue permits no longer wait.

        Returns True if a fresh copy was sent instead, because further receives would move the message to the
        dead-letter queue: then the caller deletes this delivery. Raises StoreUnavailableError.
        """
        ...
