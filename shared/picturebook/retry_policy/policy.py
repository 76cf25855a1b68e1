"""Retries a failed call: a bounded number of times, with full jitter, within the time that is left.

Retry wraps the circuit breaker: CircuitOpenError ends it. Full jitter: AWS Architecture Blog, "Exponential Backoff And
Jitter" (2015).
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from tenacity import AsyncRetrying, RetryCallState

from picturebook.errors import ErrorContext, ImageValidationError, RetriesExhaustedError, WaitError
from picturebook.ports.clock import Clock, RandomSource
from picturebook.retry_policy.retry_classifier import classify

Answer = TypeVar("Answer")
OnRetry = Callable[[int, BaseException, float], Awaitable[None]]
TimeLeft = Callable[[], float]

_SOURCE = "retry_policy.run"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """At most `max_attempts` tries; waits up to `first_delay` seconds, growing by `factor`, at most `max_delay`.

    A Retry-After longer than `max_delay` is not waited for: the error is raised at once, so that the caller can retry
    later instead of sleeping. Raises ImageValidationError that names the invalid argument.
    """

    max_attempts: int = 3
    first_delay: float = 2.0
    factor: float = 2.0
    max_delay: float = 60.0

    def __post_init__(self) -> None:
        if isinstance(self.max_attempts, bool) or not isinstance(self.max_attempts, int) or self.max_attempts < 1:
            raise invalid("max_attempts", self.max_attempts, "a whole number of at least 1")
        require_number("first_delay", self.first_delay, at_least=0.0)
        require_number("factor", self.factor, at_least=1.0)
        require_number("max_delay", self.max_delay, at_least=0.0)

    async def run(
        self,
        operation: Callable[[], Awaitable[Answer]],
        *,
        clock: Clock,
        random_source: RandomSource,
        time_left: TimeLeft | None = None,
        on_retry: OnRetry | None = None,
    ) -> Answer:
        """Run `operation` until it succeeds, or another try is useless, not permitted or too late.

        `time_left` returns the seconds until the caller must have finished: a longer wait is not started. `on_retry`
        is called with the number of the failed try, its error, and the seconds until the next. Raises the error of
        `operation` if it is not worth a retry, needs a longer wait than the time left, or is a WaitError; otherwise
        RetriesExhaustedError from the last failure.
        """

        async def attempt() -> Answer:  # tenacity awaits only what it recognizes as a coroutine function
            return await operation()

        async def report(state: RetryCallState) -> None:
            if on_retry:
                await on_retry(state.attempt_number, _failure(state), state.upcoming_sleep)

        def is_last(state: RetryCallState) -> bool:
            return self._is_spent(state) or not self._fits(state, time_left)

        retrying = AsyncRetrying(
            sleep=clock.sleep,
            retry=lambda state: classify(state.outcome.exception() if state.outcome else None).is_worth_a_try,
            wait=lambda state: self._wait(state, random_source),
            stop=is_last,
            before_sleep=report,
            retry_error_callback=self._give_up,
        )
        return await retrying(attempt)

    def _wait(self, state: RetryCallState, random_source: RandomSource) -> float:
        # The exponent is bounded so that a large number of attempts cannot overflow a float.
        growth = self.factor ** min(state.attempt_number - 1, 64)
        jittered = random_source.fraction() * min(self.max_delay, self.first_delay * growth)
        return max(jittered, classify(_failure(state)).least_wait)

    def _is_spent(self, state: RetryCallState) -> bool:
        most_tries = classify(_failure(state)).most_tries or self.max_attempts
        return state.attempt_number >= min(most_tries, self.max_attempts)

    def _fits(self, state: RetryCallState, time_left: TimeLeft | None) -> bool:
        wait = state.upcoming_sleep
        return wait <= self.max_delay and (time_left is None or wait < time_left())

    def _give_up(self, state: RetryCallState) -> NoReturn:
        failure = _failure(state)
        if isinstance(failure, WaitError) or not self._is_spent(state):
            raise failure
        raise RetriesExhaustedError(
            f"Gave up after {state.attempt_number} attempt(s): {failure}",
            generation_step="retry",
            context=ErrorContext(_SOURCE, severity=RetriesExhaustedError.default_severity),
            details={"attempts": state.attempt_number, "error": type(failure).__name__},
        ) from failure


def require_number(field: str, value: float, *, at_least: float) -> None:
    """Raise ImageValidationError that names `field` unless `value` is a finite number of at least `at_least`."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value < at_least:
        raise invalid(field, value, f"a number of at least {at_least:g}")


def invalid(field: str, value: object, accepted: str) -> ImageValidationError:
    """Return the error for an argument that is not accepted."""
    return ImageValidationError(
        f"{field} is {value!r}. Accepted: {accepted}.",
        validation_type="argument",
        issue=field,
        context=ErrorContext("retry_policy"),
        details={"provided": repr(value), "accepted": accepted},
    )


def _failure(state: RetryCallState) -> BaseException:
    error = state.outcome.exception() if state.outcome else None
    if error is None:
        raise AssertionError("tenacity asked about a try that did not fail")
    return error
