"""Makes the message of a further take: the plan's message, with the newest drawn take of each sheet."""

from __future__ import annotations

from collections.abc import Sequence

from picturebook.book.manifest import shown_takes
from picturebook.errors import InputRefusedError
from picturebook.models.messages import MOST_TAKES, AnyDrawMessage, CharacterOnPage, DrawPageMessage, SheetRef
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord
from picturebook.planning import StoryPlan, sheets_on


def take_message(take: PictureRef, plan: StoryPlan, records: Sequence[PictureRecord]) -> AnyDrawMessage:
    """Return the message of a further take: the plan's, with the newest sheets in `records`, the run's pictures.

    Raises InputRefusedError for a picture that the plan does not have, and for a page whose character has no sheet.
    """
    return _with_newest_sheets(_take(planned_message(take.picture_id, plan), take.take), records)


def planned_message(picture_id: str, plan: StoryPlan) -> AnyDrawMessage:
    """Return the plan's message of a picture; raises InputRefusedError for one that the plan does not have."""
    message = next((m for m in plan.messages if m.picture.picture_id == picture_id), None)
    if message is None:
        raise not_redrawable(
            f"{picture_id} is not a picture of {plan.story.story_id}", "one of " + ", ".join(plan.picture_ids), plan
        )
    return message


def next_take_message(planned: AnyDrawMessage, records: Sequence[PictureRecord]) -> AnyDrawMessage:
    """Return the message of the take after the last one; raises InputRefusedError unless that one has ended."""
    picture_id = planned.picture.picture_id
    takes = [record for record in records if record.picture.picture_id == picture_id]
    last = max(takes, key=lambda record: record.picture.take, default=None)
    if last is None or last.outcome is None or last.outcome.is_retaken:
        raise not_redrawable(f"{picture_id} is still being drawn", "a picture that has ended", planned)
    if last.picture.take == MOST_TAKES:
        raise not_redrawable(f"{picture_id} was drawn {MOST_TAKES} times", f"at most {MOST_TAKES} takes", planned)
    return _with_newest_sheets(_take(planned, last.picture.take + 1), records)


def _take(message: AnyDrawMessage, take: int) -> AnyDrawMessage:
    return message.model_copy(update={"take": take, "is_drawn_already": False})


def _with_newest_sheets(message: AnyDrawMessage, records: Sequence[PictureRecord]) -> AnyDrawMessage:
    """Name the latest drawn take of each sheet; raises InputRefusedError where a full figure was never drawn.

    Another view that failed stays named and is not sent, so that the request stays the one that was planned.
    """
    ended = {record.picture.picture_id for record in records if record.outcome}
    shown = {name: record for name, record in shown_takes(records).items() if record.is_drawn}
    for sheet in sheets_on(message):
        if sheet.is_anchor and sheet.picture_id and sheet.picture_id not in shown:
            raise not_redrawable(f"the sheet of {sheet.name} was not drawn", f"{sheet.picture_id} first", message)

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


def not_redrawable(problem: str, accepted: str, of: StoryPlan | AnyDrawMessage) -> InputRefusedError:
    """Return the refusal of a redraw of the picture that the command names."""
    story_id = of.story.story_id if isinstance(of, StoryPlan) else of.picture.story_id
    return InputRefusedError(problem, field="picture_id", accepted=accepted, reason="not_redrawable", story_id=story_id)
