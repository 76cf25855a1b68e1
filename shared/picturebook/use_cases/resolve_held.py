"""Resolves a held picture at a person's command: its lost call is paid again, or given up."""

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
class _LostTake:
    """The take that a command names: its stored message and its record. A picture without a story has no `run`."""

    message: AnyDrawMessage
    record: PictureRecord
    run: Run | None


async def resolve_held(command: ResolveMessage, services: Services, *, command_id: str) -> None:
    """Permit one more payment for the held picture, or end it; one `command_id` permits one re-pay.

    The ending of a picture that was held is announced again. Raises InputRefusedError for a picture that was never
    held, and for a re-pay that a cancelled run or the story's maximum does not allow.
    """
    lost = await _find_lost_take(command, services, command_id)
    record = lost.record
    if command_id not in record.permitted_by:
        if record.held_until is None and record.outcome is None:
            raise _not_held(command)
        if command.decision == "fail" or record.outcome:
            await end_hold(record.picture, services, why="a person gave it up")
            return
        await _permit_repay(lost, command, services, command_id)
    await services.draw_queue.send([lost.message])


async def _permit_repay(lost: _LostTake, command: ResolveMessage, services: Services, command_id: str) -> None:
    claim = lost.record.claim
    if claim is None:
        raise _not_held(command)
    if lost.run:
        refuse_if_cancelled(lost.run, "draw it")
        await _charge(lost, lost.run, services)
    record = await services.ledger_maintenance.permit_repay(
        lost.record.picture, claim.claim_id, command_id=command_id, at=services.clock.now()
    )
    if command_id not in record.permitted_by:
        raise _not_held(command)  # another command resolved it first


async def _charge(lost: _LostTake, run: Run, services: Services) -> None:
    plan = await read_plan(run, services.image_store)
    amount = plan.request_of(lost.message).max_cost_usd
    charge = repay_charge(lost.record.picture, lost.record.repays + 1, amount)
    if not await charge_run(run, charge, services):
        raise over_budget(charge, run)


async def _find_lost_take(command: ResolveMessage, services: Services, command_id: str) -> _LostTake:
    """Return the take that the command gives; without one, that which it resolved before, the held or the last one."""
    if command.request_id:
        return await _find_lost_request(command, services)
    run = await find_run(command.story_id or "", command.revision, services)
    takes = [
        record
        for record in await services.ledger.pictures(run)
        if record.picture.picture_id == command.picture_id and command.take in (None, record.picture.take)
    ]
    if not takes:
        raise _not_held(command)

    def rank(record: PictureRecord) -> tuple[bool, bool, int]:
        return command_id in record.permitted_by, record.held_until is not None, record.picture.take

    record = max(takes, key=rank)
    message = await read_held_message(record.picture, services.image_store)
    if message is None:
        raise _not_held(command)
    return _LostTake(message, record, run)


async def _find_lost_request(command: ResolveMessage, services: Services) -> _LostTake:
    owner = PictureRef(request_id=command.request_id, picture_id=command.picture_id or "", take=command.take or 1)
    if command.picture_id and command.take:
        message = await read_held_message(owner, services.image_store)
    else:
        message = await find_held_message(held_folder(owner), services.image_store)
    if message is None:
        raise _not_held(command)
    record = await services.ledger_maintenance.find_picture(message.picture)
    if record is None:
        raise _not_held(command)
    return _LostTake(message, record, None)


def _not_held(command: ResolveMessage) -> InputRefusedError:
    return InputRefusedError(
        f"{command.picture_id or command.request_id} is not held",
        field="picture_id" if command.picture_id else "request_id",
        accepted="a picture that ImageHeld announced, and that is not resolved yet",
        reason="not_held",
        story_id=command.story_id,
    )
