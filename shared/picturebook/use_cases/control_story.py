"""Dispatches a person's command about a story to its use case. A command may be delivered again."""

from __future__ import annotations

from picturebook.models.control import CancelMessage, ControlMessage, RedrawMessage
from picturebook.services import Services
from picturebook.use_cases.cancel_run import cancel_run
from picturebook.use_cases.redraw_picture import redraw_picture
from picturebook.use_cases.resolve_held import resolve_held


async def control_story(command: ControlMessage, services: Services, *, command_id: str) -> None:
    """Carry out a command; `command_id` is the same for each of its deliveries.

    Raises InputRefusedError for a command that cannot be carried out, StoreUnavailableError when storage is away.
    """
    if isinstance(command, CancelMessage):
        await cancel_run(command, services)
    elif isinstance(command, RedrawMessage):
        await redraw_picture(command, services, command_id=command_id)
    else:
        await resolve_held(command, services, command_id=command_id)
