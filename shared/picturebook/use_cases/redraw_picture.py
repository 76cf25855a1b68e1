"""A person wants another take of a picture: charged, opened under the wish's id, queued like any picture.

It is drawn with the sheets as they are now. Neither the run's ending nor an earlier take is touched.
"""

from __future__ import annotations

from collections.abc import Sequence

from picturebook.book.manifest import shown_takes
from picturebook.errors import InputRefusedError
from picturebook.models.control import RedrawMessage
from picturebook.models.messages import MOST_TAKES, AnyDrawMessage, CharacterOnPage, DrawPageMessage, SheetRef
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.planning import StoryPlan, max_cost, sheets_on
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
    planned = _planned(wish.picture_id, plan)
    records = await services.ledger.pictures(run)
    opened = next((r for r in records if r.picture.picture_id == wish.picture_id and r.opened_by == command_id), None)
    if opened is None:
        await _refuse_if_not_current(run, services)
        refuse_if_cancelled(run, "redraw")
        opened = await _open(_next_take(planned, records), run, plan, services, command_id=command_id)
    await services.draw_queue.send([take_message(opened.picture, plan, records)])


def take_message(take: PictureRef, plan: StoryPlan, records: Sequence[PictureRecord]) -> AnyDrawMessage:
    """Return the message of a further take: the plan's, with the sheets as `records`, the run's pictures, have them.

    Raises InputRefusedError for a picture that the plan does not have, and for a page whose character has no sheet.
    """
    return _with_newest_sheets(_take(_planned(take.picture_id, plan), take.take), records)


def _planned(picture_id: str, plan: StoryPlan) -> AnyDrawMessage:
    message = next((m for m in plan.messages if m.picture.picture_id == picture_id), None)
    if message is None:
        raise _refusal(
            f"{picture_id} is not a picture of {plan.story.story_id}", "one of " + ", ".join(plan.picture_ids), plan
        )
    return message


def _next_take(planned: AnyDrawMessage, records: Sequence[PictureRecord]) -> AnyDrawMessage:
    """Return the message of the take after the last one, which must have ended."""
    picture_id = planned.picture.picture_id
    takes = [record for record in records if record.picture.picture_id == picture_id]
    last = max(takes, key=lambda record: record.picture.take, default=None)
    if last is None or last.outcome is None or last.outcome.is_retaken:
        raise _refusal(f"{picture_id} is still being drawn", "a picture that has ended", planned)
    if last.picture.take == MOST_TAKES:
        raise _refusal(f"{picture_id} was drawn {MOST_TAKES} times", f"at most {MOST_TAKES} takes", planned)
    return _with_newest_sheets(_take(planned, last.picture.take + 1), records)


async def _open(
    message: AnyDrawMessage, run: Run, plan: StoryPlan, services: Services, *, command_id: str
) -> PictureRecord:
    charge = take_charge(message.picture, max_cost(message, plan.spec, plan.options))
    if not await charge_run(run, charge, services):
        raise over_budget(charge, run)
    record = await services.ledger_maintenance.open_take(message.picture, opened_by=command_id, at=services.clock.now())
    if record.opened_by != command_id:
        picture_id = message.picture.picture_id
        raise _refusal(f"{picture_id} is being drawn anew for somebody else", "a picture that has ended", message)
    return record


def _take(message: AnyDrawMessage, take: int) -> AnyDrawMessage:
    return message.model_copy(update={"take": take, "is_drawn_already": False})


def _with_newest_sheets(message: AnyDrawMessage, records: Sequence[PictureRecord]) -> AnyDrawMessage:
    """Name the latest drawn take of each sheet; raises InputRefusedError where a full figure was never drawn.

    Another view that failed stays named, and is not sent along: what is asked for is what the plan asks for.
    """
    ended = {record.picture.picture_id for record in records if record.outcome}
    shown = {name: record for name, record in shown_takes(records).items() if record.is_drawn}
    for sheet in sheets_on(message):
        if sheet.is_anchor and sheet.picture_id and sheet.picture_id not in shown:
            raise _refusal(f"the sheet of {sheet.name} was not drawn", f"{sheet.picture_id} first", message)

    def newest(sheets: Sequence[SheetRef]) -> tuple[SheetRef, ...]:
        return tuple(
            sheet.model_copy(update={"take": shown[sheet.picture_id].picture.take})
            if sheet.picture_id in shown
            else sheet
            for sheet in sheets
            if sheet.picture_id in ended
        )

    def newest_of(character: CharacterOnPage) -> CharacterOnPage:
        anchor = shown.get(character.picture_id or "")
        take = anchor.picture.take if anchor else 1
        return character.model_copy(update={"take": take, "further_sheets": newest(character.further_sheets)})

    if isinstance(message, DrawPageMessage):
        return message.model_copy(update={"characters": tuple(map(newest_of, message.characters))})
    anchors = newest([message.anchor] if message.anchor else [])
    return message.model_copy(update={"anchor": anchors[0] if anchors else None})


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


def _refusal(problem: str, accepted: str, of: StoryPlan | AnyDrawMessage) -> InputRefusedError:
    story_id = of.story.story_id if isinstance(of, StoryPlan) else of.picture.story_id
    return InputRefusedError(problem, field="picture_id", accepted=accepted, reason="not_redrawable", story_id=story_id)
