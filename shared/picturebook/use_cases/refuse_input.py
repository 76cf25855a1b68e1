"""What we refuse is refused once, with its reason, and kept as it came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from picturebook.errors import InputRefusedError
from picturebook.models.events import Event
from picturebook.ports.clock import Clock
from picturebook.ports.event_publisher import EventPublisher
from picturebook.ports.message_queues import RefusedInputQueue

Announcement = Callable[..., Event]


async def refuse_input(
    error: InputRefusedError,
    raw: str,
    *,
    origin: str,
    announcement: Announcement,
    refused: RefusedInputQueue,
    publisher: EventPublisher,
    clock: Clock,
) -> None:
    """Keep the raw input, then announce the refusal; `origin` is the message or object it came as.

    `announcement` is `story_rejected` or `request_refused`.
    """
    at: datetime = clock.now()
    await refused.keep(raw, reason=error.message, origin=origin)
    await publisher.publish([announcement(error, raw, origin=origin, at=at)])
