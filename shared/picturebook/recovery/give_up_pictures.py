"""Ends pictures whose messages were sent again in vain, so that their run ends too.

Otherwise the sweep would send a message that always fails to the dead-letter queue forever.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import PictureRecord, Run
from picturebook.pictures import outcomes
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.settlement import end_picture
from picturebook.recovery.resend_pictures import is_held_or_claimed
from picturebook.services import Services

_LOGGER = logging.getLogger(__name__)
# How often messages are sent again before their pictures are given up. Before each time, all receives of the message
# must be used up and the queues must be empty, which takes hours.
MOST_RESENDS = 5


async def give_up_pictures(messages: Sequence[AnyDrawMessage], run: Run, services: Services) -> None:
    """Decide the pictures of `messages` as `stuck`, or as `outcome_unknown` after a lost call, and end them.

    Raises ExceptionGroup of the pictures that could not be ended; the others were.
    """
    # All are decided before the first one settles, because settling resets the count of resends.
    records = [await _given_up(message, services) for message in messages]
    failures: list[Exception] = []
    for message, record in zip(messages, records, strict=True):
        if record.outcome is None:
            continue
        try:
            await end_picture(
                record, run, services, ProgressPublisher(message, services.event_publisher, services.clock)
            )
        except Exception as error:  # noqa: BLE001 - one failure must not stop the others; all are raised below
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"pictures of {run.story_id} were given up and could not be ended", failures)


async def _given_up(message: AnyDrawMessage, services: Services) -> PictureRecord:
    # Read again: a worker may have claimed the picture in the meantime.
    picture, now = message.picture, services.clock.now()
    record = await services.ledger_maintenance.find_picture(picture) or PictureRecord.untouched(picture)
    if record.outcome or is_held_or_claimed(record, now):
        return record
    _LOGGER.error(
        "%s/%s, take %s, is given up: its message was sent again %s times, in vain",
        picture.owner,
        picture.picture_id,
        picture.take,
        MOST_RESENDS,
    )
    return await services.ledger.decide(picture, outcomes.stuck(record), decided_at=now)
