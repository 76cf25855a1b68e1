"""Finds work that a crash left unfinished, and resumes it. Runs on a schedule; resends nothing in an outage.

The ledger's index of unfinished work holds every accepted run until its ending is confirmed, every picture that is held
for a person, and every further take until it is decided. A sweep examines each of them (`repair_run.py` lists the needs
of a run, `resend_take.py` those of a take). An item that fails does not keep the others from being swept.
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
MAX_ITEMS = 1000
# How long one repair may take: a story of 400 pages, with some AWS calls retried. No repair starts later than that.
TIME_FOR_A_REPAIR = timedelta(seconds=30)


@dataclass(slots=True)
class Swept:
    """What a sweep did: its `repairs` by kind, its `failures`, and how many items it did not reach (`left`)."""

    repairs: Counter[Repair] = field(default_factory=Counter)
    failures: list[Exception] = field(default_factory=list)
    left: int = 0


async def sweep_stories(services: Services, *, deadline: datetime) -> Swept:
    """Examine all unfinished work, the oldest first, and repair it.

    Returns the repairs and the failures, which the caller should report; raises StoreUnavailableError when the index
    cannot be read. Two sweeps may run at once, and a sweep may be interrupted.
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
    """Return all items, or MAX_ITEMS of them from a random start, so that no item is always left out."""
    if len(items) <= MAX_ITEMS:
        return items
    start = int(random_source.fraction() * len(items))
    return [*items[start:], *items[:start]][:MAX_ITEMS]


async def _sweep_one(item: RunName | PictureRef, services: Services, readings: SweepReadings, swept: Swept) -> None:
    try:
        repair = await _repair(item, services, readings)
    except Exception as error:
        # One failure does not keep the others from being swept; the caller reports it.
        _LOGGER.exception("%s could not be swept", item)
        swept.failures.append(error)
        return
    if repair:
        # A worker died: that is a warning even where details are not logged.
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
    # The hold has expired, or the worker that decided it died before the announcement.
    await end_hold(item, services)
    return Repair.HOLD_ENDED
