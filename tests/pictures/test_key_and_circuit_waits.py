"""What a picture's message does while its key is rotated, its key cannot be read, or its circuit is open."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pytest

from picturebook.errors import CircuitOpenError, KeyRotatedError, RetryLater, StoreUnavailableError
from picturebook.use_cases.draw_picture import MOST_FAILURES
from tests.fakes.clock import FakeRandomSource
from tests.fakes.guard import FakeGuard
from tests.fakes.image_model import FakeImageModel
from tests.fakes.picturebook_world import World
from tests.use_cases.test_draw_picture import outcome_of, request

Answer = TypeVar("Answer")


async def test_a_rotated_key_costs_a_claim_and_no_failure() -> None:
    world = World(FakeImageModel(*[KeyRotatedError("401")] * (2 * MOST_FAILURES + 2)))
    world.queue.messages.append(request())
    await world.run_until_quiet()
    assert world.published()[-1] == "ImageCompleted"
    outcome = await outcome_of(world, request())
    assert outcome is not None
    assert outcome.attempts == len(world.model.requests)
    assert "lost_calls" not in world.events.of_type("ImageCompleted")[0].data


async def test_a_rotated_key_is_tried_again_once_in_one_delivery() -> None:
    world = World(FakeImageModel(*[KeyRotatedError("401")] * 2))
    with pytest.raises(RetryLater):
        await world.draw(request())
    assert len(world.model.requests) == 2


async def test_a_key_that_cannot_be_read_leaves_no_claim_in_doubt() -> None:
    world = World(FakeImageModel(StoreUnavailableError("Secrets Manager is away")))
    with pytest.raises(StoreUnavailableError):
        await world.draw(request())
    await world.draw(request())
    assert "lost_calls" not in world.events.of_type("ImageCompleted")[0].data


async def redelivered_after(retry_after: float, fraction: float) -> float:
    """Return after how many seconds a message comes back whose circuit has its probe in `retry_after`."""
    world = World()
    guard = FakeGuard(CircuitOpenError("open", retry_after=retry_after))
    services = replace(world.services, circuit_guard=guard, random_source=FakeRandomSource([fraction]))
    with pytest.raises(RetryLater) as retry_later:
        await world.draw(request(), services)
    return retry_later.value.seconds


@pytest.mark.parametrize(
    ("probe_in", "latest"), [(0.0, 5.0), (1.0, 6.0), (30.0, 60.0), (60.0, 120.0), (600.0, 660.0), (3600.0, 3660.0)]
)
async def test_messages_that_wait_for_one_probe_come_back_spread_behind_it(probe_in: float, latest: float) -> None:
    assert await redelivered_after(probe_in, 0.0) == probe_in
    assert await redelivered_after(probe_in, 0.999) == pytest.approx(latest, rel=0.01)
