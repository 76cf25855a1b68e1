"""Ends pictures that were sent again and again, and of which nothing was ever seen, so that their run ends too.

An exception of ours that comes each time would otherwise have the sweep feed the dead-letter queue for ever.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import PictureRecord, Run
from picturebook.pictures import outcomes
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.settlement import end_picture
from picturebook.recovery.resend_pictures import is_spoken_for
from picturebook.services import Services

_LOGGER = logging.getLogger(__name__)
# How often messages are sent again before their pictures are given up. Each time all receives have to be used up
# first, and the queues to be empty: some hours.
MOST_RESENDS = 5


async def give_up_pictures(messages: Sequence[AnyDrawMessage], run: Run, services: Services) -> None:
    """Decide the pictures of `messages` as stuck, or as unknown after a lost call, and bring them to their ends.

    Raises ExceptionGroup when some could not be brought to their ends; the others were.
    """
    # All are decided before the first one settles: that begins the counting anew for what a crash leaves.
    records = [await _given_up(message, services) for message in messages]
    failures: list[Exception] = []
    for message, record in zip(messages, records, strict=True):
        if record.outcome is None:
            continue
        try:
            await end_picture(
                record, run, services, ProgressPublisher(message, services.event_publisher, services.clock)
            )
        except Exception as error:  # noqa: BLE001 - what is wrong with one keeps no other; the caller is told
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"pictures of {run.story_id} were given up and could not be ended", failures)


async def _given_up(message: AnyDrawMessage, services: Services) -> PictureRecord:
    # Read once more: in the meantime somebody may have claimed it after all.
    picture, now = message.picture, services.clock.now()
    record = await services.ledger_maintenance.find_picture(picture) or PictureRecord.untouched(picture)
    if record.outcome or is_spoken_for(record, now):
        return record
    _LOGGER.error(
        "%s/%s, take %s, is given up: it was sent %s times again, in vain",
        picture.owner,
        picture.picture_id,
        picture.take,
        MOST_RESENDS,
    )
    return await services.ledger.decide(picture, outcomes.stuck(record), decided_at=now)
