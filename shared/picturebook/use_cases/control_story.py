"""What people wish of a story: each wish is carried out by its own use case, and may be delivered again."""

from __future__ import annotations

from picturebook.models.control import CancelMessage, ControlMessage, RedrawMessage
from picturebook.services import Services
from picturebook.use_cases.cancel_run import cancel_run
from picturebook.use_cases.redraw_picture import redraw_picture
from picturebook.use_cases.resolve_held import resolve_held


async def control_story(wish: ControlMessage, services: Services, *, command_id: str) -> None:
    """Carry out a wish; `command_id` is the same for each delivery of it.

    Raises InputRefusedError for what cannot be done, StoreUnavailableError when our own storage is away.
    """
    if isinstance(wish, CancelMessage):
        await cancel_run(wish, services)
    elif isinstance(wish, RedrawMessage):
        await redraw_picture(wish, services, command_id=command_id)
    else:
        await resolve_held(wish, services, command_id=command_id)
