"""Finds what a crash left half done and sets it going again. Runs on a schedule; quiet in an outage.

Every accepted run is in the ledger's index of what is unfinished until its ending is confirmed, and so is every
picture that waits for a person, and every further take of a picture until it is decided. A sweep looks at each of them
(`repair_run.py` says what a run may need, `resend_take.py` what a take), and one that is broken keeps no other from
being swept.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from picturebook.models.pictures import PictureRef
from picturebook.pictures.hold import end_hold
from picturebook.ports.clock import RandomSource
from picturebook.ports.ledger_maintenance import RunName
from picturebook.recovery.repair_run import Repair, repair_run
from picturebook.recovery.resend_take import resend_take
from picturebook.recovery.sweep_readings import SweepReadings
from picturebook.services import Services

_LOGGER = logging.getLogger(__name__)
Item = TypeVar("Item")

# Two reads of some milliseconds each: ten seconds for a thousand runs that need nothing.
MOST_LOOKED_AT = 1000
# What one repair may take: a story of 400 pages, with some AWS calls tried again. Later nothing new is begun.
TIME_FOR_A_REPAIR = timedelta(seconds=30)


@dataclass(slots=True)
class Swept:
    """What a sweep did: `repairs` by kind, what went wrong, and how many it did not come to (`left`)."""

    repairs: Counter[Repair] = field(default_factory=Counter)
    failures: list[Exception] = field(default_factory=list)
    left: int = 0


async def sweep_stories(services: Services, *, deadline: datetime) -> Swept:
    """Look at everything unfinished, the oldest first, and repair what was left half done.

    Returns what was done and what failed, for the caller to fail visibly; raises StoreUnavailableError when not even
    the index can be read. Two sweeps at once do no harm, and neither does one that is cut off.
    """
    found = await services.ledger_maintenance.unfinished()
    items: list[RunName | PictureRef] = [
        *_as_many_as_fit(found.runs, services.random_source),
        *_as_many_as_fit(found.held, services.random_source),
        *_as_many_as_fit(found.takes, services.random_source),
    ]
    swept = Swept(left=len(found.runs) + len(found.held) + len(found.takes) - len(items))
    readings = SweepReadings(services)
    for number, item in enumerate(items):
        if services.clock.now() + TIME_FOR_A_REPAIR > deadline:
            swept.left += len(items) - number
            break
        await _sweep_one(item, services, readings, swept)
    return swept


def _as_many_as_fit(items: Sequence[Item], random_source: RandomSource) -> Sequence[Item]:
    """Return all items, or as many as one sweep looks at, from anywhere, so that none is always too late."""
    if len(items) <= MOST_LOOKED_AT:
        return items
    start = int(random_source.fraction() * len(items))
    return [*items[start:], *items[:start]][:MOST_LOOKED_AT]


async def _sweep_one(item: RunName | PictureRef, services: Services, readings: SweepReadings, swept: Swept) -> None:
    try:
        repair = await _repair(item, services, readings)
    except Exception as error:
        # Whatever is wrong with one, the others are swept; the caller is told in the end.
        _LOGGER.exception("%s could not be swept", item)
        swept.failures.append(error)
        return
    if repair:
        # Somebody died: that is worth a line even where nobody asked for details.
        _LOGGER.warning("%s was swept: %s", item, repair.value)
        swept.repairs[repair] += 1


async def _repair(item: RunName | PictureRef, services: Services, readings: SweepReadings) -> Repair | None:
    if isinstance(item, RunName):
        return await repair_run(item, services, readings)
    record = await services.ledger_maintenance.find_picture(item)
    if record is None:
        return None
    if record.held_until is None:
        return await resend_take(record, services, readings)
    if record.outcome is None and record.held_until > services.clock.now():
        return None
    # Its time is over, or whoever decided it died before the announcement.
    await end_hold(item, services)
    return Repair.HOLD_ENDED
