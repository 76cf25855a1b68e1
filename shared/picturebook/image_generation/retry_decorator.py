"""The seed's `with_retry`: the retry policy around any async function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from picturebook.adapters.system_clock import SystemClock, SystemRandomSource
from picturebook.ports.clock import Clock, RandomSource
from picturebook.retry_policy.policy import OnRetry, RetryPolicy, TimeLeft, require_number

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def with_retry(
    max_attempts: int = 3,
    retry_delay: float = 2.0,
    backoff_factor: float = 2.0,
    *,
    max_delay: float = 60.0,
    clock: Clock | None = None,
    random_source: RandomSource | None = None,
    time_left: TimeLeft | None = None,
    on_retry: OnRetry | None = None,
) -> Callable[[Callable[Arguments, Awaitable[Answer]]], Callable[Arguments, Awaitable[Answer]]]:
    """Try an async function up to `max_attempts` times; it goes outside `openai_circuit_breaker`.

    The wait before a retry is random between 0 and `retry_delay` seconds, a bound that grows by `backoff_factor` with
    each retry, up to `max_delay`; it is at least the error's Retry-After. Transient failures are retried, including
    exceptions of other libraries. Programming errors, refusals, an open circuit and calls that may have been billed
    are raised as they are (the table is in `retry_classifier.py`). A TimeoutError is retried, so a function that pays
    should raise OutcomeUnknownError instead. The other arguments are those of `RetryPolicy.run`.

    Raises RetriesExhaustedError, an ImageGenerationError, when the attempts are used up; ImageValidationError
    that names a wrong argument; TypeError when the decorated function is not async.
    """
    require_number("retry_delay", retry_delay, at_least=0.0)
    require_number("backoff_factor", backoff_factor, at_least=1.0)
    policy = RetryPolicy(max_attempts, retry_delay, backoff_factor, max_delay)

    def decorate(function: Callable[Arguments, Awaitable[Answer]]) -> Callable[Arguments, Awaitable[Answer]]:
        if not inspect.iscoroutinefunction(function):
            raise TypeError(f"with_retry decorates async functions, not {function!r}")

        @functools.wraps(function)
        async def retried(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            return await policy.run(
                functools.partial(function, *args, **kwargs),
                clock=clock or SystemClock(),
                random_source=random_source or SystemRandomSource(),
                time_left=time_left,
                on_retry=on_retry,
            )

        return retried

    return decorate
