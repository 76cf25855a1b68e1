from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from picturebook.errors import (
    CircuitOpenError,
    ImageValidationError,
    OutcomeUnknownError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RetriesExhaustedError,
)
from picturebook.retry_policy import RetryPolicy
from tests.fakes.clock import FakeClock, FakeRandomSource

DOWN = ProviderUnavailableError("not reached")


class Scripted:
    """An operation that goes through `outcomes`, then answers "picture"; `calls` counts."""

    def __init__(self, *outcomes: BaseException) -> None:
        self._outcomes = list(outcomes)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self._outcomes:
            raise self._outcomes.pop(0)
        return "picture"


async def run(
    operation: Callable[[], Awaitable[str]],
    policy: RetryPolicy | None = None,
    *,
    clock: FakeClock | None = None,
    fractions: tuple[float, ...] = (0.5,),
    **arguments: Any,
) -> str:
    chosen = policy or RetryPolicy()
    return await chosen.run(
        operation, clock=clock or FakeClock(), random_source=FakeRandomSource(fractions), **arguments
    )


async def test_a_success_is_not_repeated() -> None:
    operation = Scripted()
    assert await run(operation) == "picture"
    assert operation.calls == 1


async def test_a_transient_failure_is_tried_again() -> None:
    operation = Scripted(DOWN, DOWN)
    assert await run(operation) == "picture"
    assert operation.calls == 3


async def test_an_operation_may_be_any_callable_that_returns_an_awaitable() -> None:
    operation = Scripted(DOWN)

    def begin() -> Awaitable[str]:
        return operation()

    assert await run(begin) == "picture"


async def test_the_wait_grows_and_is_jittered_over_its_whole_length() -> None:
    clock = FakeClock()
    policy = RetryPolicy(max_attempts=6, first_delay=2.0, factor=3.0, max_delay=20.0)
    await run(Scripted(*[DOWN] * 5), policy, clock=clock, fractions=(0.5, 0.0, 0.25, 1.0, 0.5))
    assert clock.slept == pytest.approx([1.0, 0.0, 4.5, 20.0, 10.0])


async def test_retry_after_is_a_lower_bound_of_the_wait() -> None:
    clock = FakeClock()
    await run(Scripted(ProviderThrottledError("429", retry_after=9.0)), clock=clock)
    await run(Scripted(ProviderThrottledError("429", retry_after=0.1)), clock=clock)
    assert clock.slept == [9.0, 1.0]


async def test_a_wait_that_outlasts_the_time_left_is_not_begun() -> None:
    clock = FakeClock()
    throttled = ProviderThrottledError("429", retry_after=9.0)
    with pytest.raises(ProviderThrottledError) as raised:
        await run(Scripted(throttled), clock=clock, time_left=lambda: 9.0)
    assert raised.value is throttled
    assert clock.slept == []


async def test_the_time_left_is_asked_before_each_wait() -> None:
    clock = FakeClock()
    operation = Scripted(DOWN, DOWN)
    with pytest.raises(ProviderUnavailableError):
        await run(operation, clock=clock, time_left=lambda: 2.5 - clock.monotonic())
    assert operation.calls == 2


async def test_a_retry_after_beyond_the_longest_wait_is_left_to_the_caller() -> None:
    clock = FakeClock()
    with pytest.raises(ProviderThrottledError):
        await run(Scripted(ProviderThrottledError("429", retry_after=61.0)), clock=clock)
    assert clock.slept == []


async def test_used_up_attempts_end_in_one_error_with_its_cause() -> None:
    operation = Scripted(*[DOWN] * 9)
    with pytest.raises(RetriesExhaustedError) as raised:
        await run(operation)
    assert operation.calls == 3
    assert raised.value.__cause__ is DOWN
    assert raised.value.details == {"attempts": 3, "error": "ProviderUnavailableError"}
    assert raised.value.generation_step == "retry"


async def test_a_throttle_that_lasts_stays_a_throttle() -> None:
    operation = Scripted(*[ProviderThrottledError("429", retry_after=2.0)] * 9)
    with pytest.raises(ProviderThrottledError):
        await run(operation)
    assert operation.calls == 3


async def test_a_status_of_500_is_tried_once_more_only() -> None:
    operation = Scripted(*[ProviderUnavailableError("500", details={"status": 500})] * 9)
    with pytest.raises(RetriesExhaustedError):
        await run(operation, RetryPolicy(max_attempts=5))
    assert operation.calls == 2


@pytest.mark.parametrize("error", [CircuitOpenError("open", retry_after=1.0), OutcomeUnknownError("?"), ValueError()])
async def test_an_error_that_is_not_worth_a_retry_is_raised_unchanged(error: Exception) -> None:
    operation = Scripted(error)
    with pytest.raises(type(error)) as raised:
        await run(operation)
    assert raised.value is error
    assert operation.calls == 1


async def test_on_retry_is_called_before_each_wait() -> None:
    clock = FakeClock()
    calls: list[tuple[int, BaseException, float, float]] = []

    async def on_retry(attempt: int, error: BaseException, wait: float) -> None:
        calls.append((attempt, error, wait, clock.monotonic()))

    await run(Scripted(DOWN, DOWN), clock=clock, on_retry=on_retry)
    assert calls == [(1, DOWN, 1.0, 0.0), (2, DOWN, 2.0, 1.0)]


async def test_cancelling_ends_it() -> None:
    operation = Scripted(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await run(operation)
    assert operation.calls == 1


async def test_many_attempts_do_not_overflow() -> None:
    clock = FakeClock()
    policy = RetryPolicy(max_attempts=2000, factor=1000.0)
    await run(Scripted(*[DOWN] * 1999), policy, clock=clock)
    assert max(clock.slept) == 30.0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_attempts", 0),
        ("max_attempts", -1),
        ("max_attempts", 2.5),
        ("max_attempts", True),
        ("first_delay", -0.1),
        ("first_delay", float("nan")),
        ("first_delay", "2"),
        ("factor", 0.5),
        ("factor", float("inf")),
        ("max_delay", -1),
    ],
)
def test_an_invalid_number_is_refused_with_its_name(field: str, value: Any) -> None:
    with pytest.raises(ImageValidationError) as refused:
        RetryPolicy(**{field: value})
    assert refused.value.issue == field
