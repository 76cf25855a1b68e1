"""A person wants another take of a picture: charged, opened under the wish's id, queued like any picture.

It is drawn with the sheets as they are now. Neither the run's ending nor an earlier take is touched.
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


async def redraw_picture(wish: RedrawMessage, services: Services, *, command_id: str) -> None:
    """Open a further take of the picture and queue it; the same `command_id` opens one.

    Raises InputRefusedError for a run that is cancelled or not the current one, a picture that the plan does not have,
    one that is still being drawn, a page whose character has no sheet, and what the story's maximum does not allow.
    """
    run = await find_run(wish.story_id, wish.revision, services)
    plan = await read_plan(run, services.image_store)
    planned = planned_message(wish.picture_id, plan)
    records = await services.ledger.pictures(run)
    opened = next((r for r in records if r.picture.picture_id == wish.picture_id and r.opened_by == command_id), None)
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
        raise not_redrawable(f"{picture_id} is being drawn anew for somebody else", "a picture that has ended", message)
    return record


async def _refuse_if_not_current(run: Run, services: Services) -> None:
    current = await services.ledger_maintenance.current_revision(run.story_id)
    if current != run.revision:
        raise InputRefusedError(
            f"{run.revision} is not the current revision of {run.story_id}, whose book is another's",
            field="revision",
            accepted=f"{current}, or none, which means it",
            reason="superseded",
            story_id=run.story_id,
        )
