from __future__ import annotations

import pytest

from picturebook.adapters.resending import MOST_TRIES, send_until_taken
from picturebook.errors import StoreUnavailableError
from tests.fakes.clock import FakeClock


class Taker:
    """Accepts the first `each` entries of every batch that it receives."""

    def __init__(self, each: int) -> None:
        self.each = each
        self.seen: list[list[int]] = []

    async def __call__(self, batch: list[int]) -> list[int]:
        self.seen.append(batch)
        return batch[self.each :]


async def test_a_batch_that_is_accepted_at_once_is_sent_once_without_waiting() -> None:
    clock, taker = FakeClock(), Taker(3)
    await send_until_taken([1, 2, 3], taker, clock=clock, what="entries")
    assert taker.seen == [[1, 2, 3]]
    assert clock.slept == []


async def test_only_unaccepted_entries_are_sent_again_after_growing_waits() -> None:
    clock, taker = FakeClock(), Taker(1)
    await send_until_taken([1, 2, 3], taker, clock=clock, what="entries")
    assert taker.seen == [[1, 2, 3], [2, 3], [3]]
    assert clock.slept == [0.1, 0.2]


async def test_the_last_try_may_succeed() -> None:
    taker = Taker(1)
    await send_until_taken(list(range(MOST_TRIES)), taker, clock=FakeClock(), what="entries")
    assert len(taker.seen) == MOST_TRIES


async def test_after_the_last_try_the_store_counts_as_unavailable() -> None:
    taker = Taker(0)
    with pytest.raises(StoreUnavailableError, match="2 entries were not accepted"):
        await send_until_taken([1, 2], taker, clock=FakeClock(), what="entries")
    assert len(taker.seen) == MOST_TRIES
