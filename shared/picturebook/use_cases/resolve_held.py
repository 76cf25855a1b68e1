"""A person says what becomes of a lost call: paid again, or given up."""

from __future__ import annotations

from dataclasses import dataclass

from picturebook.errors import InputRefusedError
from picturebook.models.control import ResolveMessage
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.pictures.hold import end_hold, find_held_message, held_folder, read_held_message
from picturebook.runs.budget import charge_run, over_budget, repay_charge
from picturebook.runs.find_run import find_run, refuse_if_cancelled
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services


@dataclass(frozen=True, slots=True)
class _Lost:
    """The take that a wish is about: its kept message, and what the ledger says; a request has no `run`."""

    message: AnyDrawMessage
    record: PictureRecord
    run: Run | None


async def resolve_held(wish: ResolveMessage, services: Services, *, command_id: str) -> None:
    """Have the held picture paid for again, or end it; the same `command_id` permits one re-pay.

    A picture that was held and has ended is announced again. Raises InputRefusedError for one that is not held, and
    for a re-pay that a cancelled run or the story's maximum does not allow.
    """
    lost = await _named(wish, services, command_id)
    record = lost.record
    if command_id not in record.permitted_by:
        if record.held_until is None and record.outcome is None:
            raise _not_held(wish)
        if wish.decision == "fail" or record.outcome:
            await end_hold(record.picture, services, why="a person gave it up")
            return
        await _permit_repay(lost, wish, services, command_id)
    await services.draw_queue.send([lost.message])


async def _permit_repay(lost: _Lost, wish: ResolveMessage, services: Services, command_id: str) -> None:
    claim = lost.record.claim
    if claim is None:
        raise _not_held(wish)
    if lost.run:
        refuse_if_cancelled(lost.run, "draw it")
        await _charge(lost, lost.run, services)
    record = await services.ledger_maintenance.permit_repay(
        lost.record.picture, claim.claim_id, command_id=command_id, at=services.clock.now()
    )
    if command_id not in record.permitted_by:
        raise _not_held(wish)  # somebody else was faster


async def _charge(lost: _Lost, run: Run, services: Services) -> None:
    plan = await read_plan(run, services.image_store)
    amount = plan.request_of(lost.message).max_cost_usd
    charge = repay_charge(lost.record.picture, lost.record.repays + 1, amount)
    if not await charge_run(run, charge, services):
        raise over_budget(charge, run)


async def _named(wish: ResolveMessage, services: Services, command_id: str) -> _Lost:
    """Find the take that the wish names: the given one, the one that it has dealt with, the held one, the last one."""
    if wish.request_id:
        return await _of_request(wish, services)
    run = await find_run(wish.story_id or "", wish.revision, services)
    takes = [
        record
        for record in await services.ledger.pictures(run)
        if record.picture.picture_id == wish.picture_id and wish.take in (None, record.picture.take)
    ]
    if not takes:
        raise _not_held(wish)

    def rank(record: PictureRecord) -> tuple[bool, bool, int]:
        return command_id in record.permitted_by, record.held_until is not None, record.picture.take

    record = max(takes, key=rank)
    message = await read_held_message(record.picture, services.image_store)
    if message is None:
        raise _not_held(wish)
    return _Lost(message, record, run)


async def _of_request(wish: ResolveMessage, services: Services) -> _Lost:
    owner = PictureRef(request_id=wish.request_id, picture_id=wish.picture_id or "", take=wish.take or 1)
    if wish.picture_id and wish.take:
        message = await read_held_message(owner, services.image_store)
    else:
        message = await find_held_message(held_folder(owner), services.image_store)
    if message is None:
        raise _not_held(wish)
    record = await services.ledger_maintenance.find_picture(message.picture)
    if record is None:
        raise _not_held(wish)
    return _Lost(message, record, None)


def _not_held(wish: ResolveMessage) -> InputRefusedError:
    return InputRefusedError(
        f"{wish.picture_id or wish.request_id} is not held",
        field="picture_id" if wish.picture_id else "request_id",
        accepted="a picture that ImageHeld announced, and that nobody has resolved",
        reason="not_held",
        story_id=wish.story_id,
    )
