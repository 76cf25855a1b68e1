from __future__ import annotations

import re
from datetime import UTC, timedelta

from picturebook.adapters.system_clock import SystemClock, SystemRandomSource


async def test_the_clock_is_aware_and_goes_on_while_it_sleeps() -> None:
    clock = SystemClock()
    now, begun = clock.now(), clock.monotonic()
    await clock.sleep(0.001)
    assert clock.now().tzinfo is UTC
    assert clock.now() - now < timedelta(minutes=1)
    assert clock.monotonic() > begun


def test_ids_and_fractions_differ_and_have_their_form() -> None:
    random_source = SystemRandomSource()
    ids = {random_source.new_id() for _ in range(100)}
    fractions = {random_source.fraction() for _ in range(100)}
    assert len(ids) == len(fractions) == 100
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    assert all(0 <= fraction < 1 for fraction in fractions)
