"""Holds a picture whose paid call was lost until a person resolves it or the hold expires.

SQS would not keep the message for days, so it leaves the queue and is stored beside the book. Resolving or ending the
hold reads it from there.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pydantic import TypeAdapter

from picturebook.errors import StoreUnavailableError
from picturebook.events import image_held
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import Claim, PictureRecord, Run
from picturebook.pictures import outcomes
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.settlement import end_picture
from picturebook.ports.image_store import ImageStore
from picturebook.services import Services

_MESSAGES: TypeAdapter[AnyDrawMessage] = TypeAdapter(AnyDrawMessage)


async def hold_picture(
    message: AnyDrawMessage, claim: Claim, services: Services, *, hold_for: timedelta
) -> PictureRecord:
    """Hold the picture whose call under `claim` was lost; return the record.

    The picture is not held if it ended meanwhile, or if another claim replaced this one. Holding it again changes
    nothing.
    """
    await _store_message(message, services.image_store)
    now = services.clock.now()
    return await services.ledger.hold(message.picture, claim.claim_id, at=now, until=now + hold_for)


async def publish_hold(record: PictureRecord, progress: ProgressPublisher, *, at_risk_usd: Decimal | None) -> None:
    """Announce the hold; `at_risk_usd` is the most that the lost call may have cost, None when unknown."""
    explanation = f"{outcomes.A_LOST_CALL}. A person decides whether it is paid again."
    await progress.publish([image_held(progress.message, record, at_risk_usd=at_risk_usd, explanation=explanation)])


async def end_hold(
    picture: PictureRef, services: Services, *, why: str = "no person had it paid again in time"
) -> None:
    """Decide that a held picture ends with an unknown outcome, for the reason `why`, and end it.

    Does nothing to a picture that is no longer held. A picture that has ended is ended again, because the worker that
    ended it may have died on the way.
    """
    record = await services.ledger_maintenance.find_picture(picture) or PictureRecord.untouched(picture)
    message = await read_held_message(picture, services.image_store)
    if message is None:
        if record.held_until:
            raise StoreUnavailableError(f"The message of the held {picture.owner}/{picture.picture_id} is missing")
        return
    if record.outcome is None:
        if record.held_until is None or record.claim is None:
            return
        outcome = outcomes.unknown(attempts=record.attempts, model=message.model, why=why)
        # A person may permit the re-pay at this moment: then the ledger decides nothing.
        held_claim = record.claim.claim_id
        record = await services.ledger.decide(picture, outcome, decided_at=services.clock.now(), held_claim=held_claim)
        if record.outcome is None:
            return
    run = await _run_of(picture, services)
    await end_picture(record, run, services, ProgressPublisher(message, services.event_publisher, services.clock))
    await services.ledger_maintenance.forget_hold(picture)


async def _run_of(picture: PictureRef, services: Services) -> Run | None:
    if picture.story_id is None or picture.revision is None:
        return None
    run = await services.ledger.find_run(picture.story_id, picture.revision)
    if run is None:
        raise StoreUnavailableError(f"The ledger has no record of run {picture.owner}.")
    return run


def held_folder(picture: PictureRef) -> str:
    """Return the key prefix of a picture's held messages, or of all its owner's when `picture_id` is empty."""
    folder = f"books/{picture.owner}/held/"
    return f"{folder}{picture.picture_id}/" if picture.picture_id else folder


async def read_held_message(picture: PictureRef, store: ImageStore) -> AnyDrawMessage | None:
    """Read the message of a take that is or was held; None for one that never was."""
    content = await store.read(_key(picture))
    return _MESSAGES.validate_json(content) if content else None


async def find_held_message(folder: str, store: ImageStore) -> AnyDrawMessage | None:
    """Read the first message under a prefix of held takes, or None."""
    key = await store.find(folder)
    content = await store.read(key) if key else None
    return _MESSAGES.validate_json(content) if content else None


async def _store_message(message: AnyDrawMessage, store: ImageStore) -> None:
    content = message.model_dump_json(exclude_none=True).encode()
    await store.write(_key(message.picture), content, media_type="application/json")


def _key(picture: PictureRef) -> str:
    return f"{held_folder(picture)}take-{picture.take:04d}.json"
