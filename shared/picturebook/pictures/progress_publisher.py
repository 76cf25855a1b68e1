"""Publishes the progress of a picture or a circuit; a failed announcement never stops a picture."""

from __future__ import annotations

import asyncio
import logging

from picturebook.errors import StoreUnavailableError
from picturebook.events import Event, circuit_changed, image_retrying, image_started
from picturebook.models.circuits import Transition
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import Claim
from picturebook.ports.clock import Clock
from picturebook.ports.event_publisher import EventPublisher

_LOGGER = logging.getLogger(__name__)


class ProgressPublisher:
    """Publishes events at once, and keeps those that the bus did not take until the next publication."""

    def __init__(self, message: AnyDrawMessage, publisher: EventPublisher, clock: Clock) -> None:
        self.message = message
        self._claims = 0
        self._publisher = publisher
        self._clock = clock
        self._pending: list[Event] = []

    async def claimed(self, claim: Claim) -> None:
        """Publish ImageStarted: a paid call is being made under `claim`."""
        self._claims = claim.number
        await self._publish_or_keep(image_started(self.message, attempt=claim.number, at=self._clock.now()))

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Publish ImageRetrying: an attempt failed, and another one follows after `wait` seconds."""
        number = max(self._claims, attempt)
        event = image_retrying(self.message, attempt=number, error=error, wait=wait, at=self._clock.now())
        await self._publish_or_keep(event)

    async def publish_pending(self) -> None:
        """Publish what the bus did not take: the message will be redelivered, and no ending will carry it soon."""
        if not self._pending:
            return
        try:
            await self.publish([])
        except StoreUnavailableError as error:
            error.log_to(_LOGGER)

    async def publish(self, events: list[Event]) -> None:
        """Publish the pending events, then `events`; raises StoreUnavailableError."""
        await self._publisher.publish([*self._pending, *events])
        self._pending.clear()

    async def _publish_or_keep(self, event: Event) -> None:
        try:
            await self._publisher.publish([event])
        except (StoreUnavailableError, asyncio.CancelledError) as error:
            # The event goes out with the ending: a failed announcement must not stop a paid picture.
            self._pending.append(event)
            if isinstance(error, asyncio.CancelledError):
                raise


class CircuitEventPublisher:
    """Publishes a circuit's transitions; the breaker awaits it after each transition that it made."""

    def __init__(self, publisher: EventPublisher) -> None:
        self._publisher = publisher

    async def __call__(self, transition: Transition) -> None:
        """Publish the event of one transition, or raise StoreUnavailableError."""
        await self._publisher.publish([circuit_changed(transition)])
