"""What we refuse is refused once, with its reason, and kept as it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from picturebook.errors import InputRefusedError
from picturebook.models.events import Event
from picturebook.ports.clock import Clock
from picturebook.ports.event_publisher import EventPublisher
from picturebook.ports.message_queues import RefusedInputQueue


@dataclass(frozen=True, slots=True)
class RefusalDesk:
    """Everything that refusing needs."""

    kept: RefusedInputQueue
    publisher: EventPublisher
    clock: Clock


async def refuse_input(
    error: InputRefusedError, raw: str, *, origin: str, announcement: Callable[..., Event], desk: RefusalDesk
) -> None:
    """Keep the raw input, then announce the refusal; `origin` is the message or object it came as.

    `announcement` is `story_rejected` or `request_refused`.
    """
    await desk.kept.keep(raw, reason=f"{error.reason}: {error.message}", origin=origin)
    await desk.publisher.publish([announcement(error, raw, origin=origin, at=desk.clock.now())])
