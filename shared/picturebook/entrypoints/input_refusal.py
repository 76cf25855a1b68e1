"""Refuses input: the raw input is kept with its reason, and the refusal is announced."""

from __future__ import annotations

from collections.abc import Callable

from picturebook.errors import InputRefusedError
from picturebook.events import Event
from picturebook.services import Services


async def refuse_input(
    error: InputRefusedError, raw: str, *, origin: str, refusal_event: Callable[..., Event], services: Services
) -> None:
    """Keep the raw input, then announce the refusal; `origin` is the message or object that contained it.

    `refusal_event` makes the event: `story_rejected`, `request_refused` or `control_refused`.
    """
    await services.refused_inputs.keep(raw, reason=f"{error.reason}: {error.message}", origin=origin)
    event = refusal_event(error, raw, origin=origin, at=services.clock.now())
    await services.event_publisher.publish([event])
