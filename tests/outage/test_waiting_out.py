"""An outage of hours costs waiting: no message dies of it, few calls are made, and all pictures are drawn after it."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.outage.simulation import CONCURRENCY, FRESH_AFTER, MOST_RECEIVES, Outage

# The circuit's longest open time and the schedule's minute.
PROBE_INTERVAL = timedelta(seconds=600 + 60)


def an_outage(*, messages: int, hours: float, is_reconciled: bool = True) -> Outage:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    outage = Outage(messages, hours, seed, is_reconciled)
    outage.run()
    print(  # noqa: T201
        f"{messages} messages, {hours} h: {outage.receives} receives, most {outage.queue.most_seen_receives} of one,"
        f" {len(outage.service.failed_calls)} calls failed, {len(outage.mappings.changes)} changes of the mapping"
    )
    return outage


def check_that_nothing_was_lost_or_bought_twice(outage: Outage) -> None:
    assert outage.queue.dead == []
    assert len(outage.service.drawn) == outage.messages
    assert outage.service.drawn_twice == 0


def test_an_outage_of_two_hours_costs_a_thousand_messages_nothing_but_waiting() -> None:
    outage = an_outage(messages=1000, hours=2)
    check_that_nothing_was_lost_or_bought_twice(outage)
    # Those that open the circuit, with their retries, then a probe for every open time.
    assert len(outage.service.failed_calls) <= 10 + 2 * 6 * 2
    assert min(outage.service.drawn.values()) - outage.recovers_at <= PROBE_INTERVAL
    settings = [setting for _, setting in outage.mappings.changes]
    assert any(not setting.is_enabled for setting in settings), "the mapping never rested"
    assert settings[-1].is_enabled
    assert settings[-1].concurrency == CONCURRENCY


def test_no_waiting_message_is_dead_lettered_however_long_the_outage_takes() -> None:
    outage = an_outage(messages=3, hours=8 * 24, is_reconciled=False)
    check_that_nothing_was_lost_or_bought_twice(outage)
    assert FRESH_AFTER <= outage.queue.most_seen_receives < MOST_RECEIVES


@pytest.mark.parametrize("messages", [1, 3])
def test_few_messages_find_the_recovery_as_soon_as_many(messages: int) -> None:
    outage = an_outage(messages=messages, hours=6)
    check_that_nothing_was_lost_or_bought_twice(outage)
    assert min(outage.service.drawn.values()) - outage.recovers_at <= PROBE_INTERVAL
