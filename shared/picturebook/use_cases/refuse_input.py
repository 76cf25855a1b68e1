"""What we refuse is refused once, with its reason, and kept as it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from picturebook.services import Services
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
    error: InputRefusedError, raw: str, *, origin: str, announcement: Callable[..., Event], services: Services
) -> None:
    """Keep the raw input, then announce the refusal; `origin` is the message or object it came as.

    `announcement` is `story_rejected` or `request_refused`.
    """
    await services.refused_inputs.keep(raw, reason=f"{error.reason}: {error.message}", origin=origin)
    await services.event_publisher.publish([announcement(error, raw, origin=origin, at=services.clock.now())])
