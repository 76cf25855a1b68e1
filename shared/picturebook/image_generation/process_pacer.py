"""The pace that all calls of this process keep together, in memory, by provider and model.

Unpaced until an answer names a limit, or until 429s show that there is one.
"""

from __future__ import annotations

import functools

from picturebook.adapters.in_memory.pace_store import InMemoryPaceStore
from picturebook.adapters.system_clock import SystemChance, SystemClock
from picturebook.pacing.fleet_pacer import FleetPacer


@functools.cache
def process_pacer() -> FleetPacer:
    """Return the pacer that all calls share."""
    return FleetPacer(InMemoryPaceStore(), clock=SystemClock(), chance=SystemChance())


def reset_process_pacer() -> None:
    """Forget every pace of this process, as a restart would."""
    process_pacer.cache_clear()
