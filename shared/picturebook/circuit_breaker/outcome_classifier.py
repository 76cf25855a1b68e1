"""What the outcome of a call says about the route. Pure.

The table is that of docs/errors.md: a refusal or a 429 is an answer, so the route works; an error of
ours says nothing about it.
"""

from __future__ import annotations

from enum import StrEnum

from picturebook.errors import (
    CircuitOpenError,
    ClaimRefusedError,
    ImageGenerationError,
    ImageProcessingError,
    ImageValidationError,
    KeyRotatedError,
    PromptRefusedError,
    ProviderAccountError,
    ProviderThrottledError,
    RequestRefusedError,
    StoreUnavailableError,
    WaitError,
)

_PROVIDER_STEP = "api_call"
_ANSWERS = (PromptRefusedError, RequestRefusedError, ProviderThrottledError)
_OF_OURS = (
    CircuitOpenError,
    ImageProcessingError,
    ImageValidationError,
    KeyRotatedError,
    StoreUnavailableError,
    ClaimRefusedError,
)


class CallOutcome(StrEnum):
    """SUCCESS counts for the route, FAILURE against it, FATAL opens at once.

    ANSWERED counts for nothing while closed and closes a probe; NEUTRAL gives a probe back.
    """

    SUCCESS = "SUCCESS"
    ANSWERED = "ANSWERED"
    NEUTRAL = "NEUTRAL"
    FAILURE = "FAILURE"
    FATAL = "FATAL"


def classify_outcome(error: BaseException) -> CallOutcome:
    """Return what `error`, raised by a call, says about its route.

    An exception from outside our tree is a failure: a decorated function may raise its library's own. One
    that is no `Exception` (cancellation, interrupt) is neutral.
    """
    if isinstance(error, ProviderAccountError):
        return CallOutcome.FATAL
    if isinstance(error, _ANSWERS):
        # The same classes raised at a step of ours (the rate limiter's "no permit yet") are no answers.
        return CallOutcome.ANSWERED if error.generation_step == _PROVIDER_STEP else CallOutcome.NEUTRAL
    if isinstance(error, _OF_OURS) or not isinstance(error, Exception):
        return CallOutcome.NEUTRAL
    return CallOutcome.FAILURE


def retry_after_of(error: BaseException | None) -> float | None:
    """Return the seconds that the provider asked to wait, or None."""
    if isinstance(error, WaitError):
        return error.retry_after
    if isinstance(error, ImageGenerationError):
        seconds = error.details.get("retry_after")
        return float(seconds) if isinstance(seconds, int | float) else None
    return None
