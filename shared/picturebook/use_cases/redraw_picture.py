"""Redraws a picture at a person's command: the new take is charged, opened under the command's id, and queued.

The take is drawn with the newest sheets. Neither the run's ending nor an earlier take changes.
"""

from __future__ import annotations

from picturebook.errors import InputRefusedError
from picturebook.models.control import RedrawMessage
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import PictureRecord, Run
from picturebook.pictures.further_take import next_take_message, not_redrawable, planned_message, take_message
from picturebook.planning import StoryPlan
from picturebook.runs.budget import charge_run, over_budget, take_charge
from picturebook.runs.find_run import find_run, refuse_if_cancelled
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services


async def redraw_picture(command: RedrawMessage, services: Services, *, command_id: str) -> None:
    """Open a further take of the picture and queue it; a redelivered command (same `command_id`) opens no second one.

    Raises InputRefusedError for a run that is cancelled or not the current one, a picture that the plan does not have,
    one that is still being drawn, a page whose character has no sheet, and a take beyond the story's maximum.
    """
    run = await find_run(command.story_id, command.revision, services)
    plan = await read_plan(run, services.image_store)
    planned = planned_message(command.picture_id, plan)
    records = await services.ledger.pictures(run)
    picture_id = command.picture_id
    opened = next((r for r in records if r.picture.picture_id == picture_id and r.opened_by == command_id), None)
    if opened is None:
        await _refuse_if_not_current(run, services)
        refuse_if_cancelled(run, "redraw")
        opened = await _open(next_take_message(planned, records), run, plan, services, command_id=command_id)
    await services.draw_queue.send([take_message(opened.picture, plan, records)])


async def _open(
    message: AnyDrawMessage, run: Run, plan: StoryPlan, services: Services, *, command_id: str
) -> PictureRecord:
    charge = take_charge(message.picture, plan.request_of(message).max_cost_usd)
    if not await charge_run(run, charge, services):
        raise over_budget(charge, run)
    record = await services.ledger_maintenance.open_take(message.picture, opened_by=command_id, at=services.clock.now())
    if record.opened_by != command_id:
        picture_id = message.picture.picture_id
        raise not_redrawable(
            f"{picture_id} is already being redrawn for another command", "a picture that has ended", message
        )
    return record


async def _refuse_if_not_current(run: Run, services: Services) -> None:
    current = await services.ledger_maintenance.current_revision(run.story_id)
    if current != run.revision:
        raise InputRefusedError(
            f"{run.revision} is not the current revision of {run.story_id}, so its book shows other pictures",
            field="revision",
            accepted=f"{current}, or none, which means it",
            reason="superseded",
            story_id=run.story_id,
        )
