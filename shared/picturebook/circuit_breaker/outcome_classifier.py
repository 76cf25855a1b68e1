"""Classifies the outcome of a call by what it says about the route. Pure.

docs/errors.md has the table: a refusal or a 429 is an answer of the provider, so the route works; an error of our own
says nothing about the route.
"""

from __future__ import annotations

from enum import StrEnum

from picturebook.errors import (
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

_ANSWERS = (PromptRefusedError, RequestRefusedError, ProviderThrottledError)
_OUR_ERRORS = (
    ImageProcessingError,
    ImageValidationError,
    KeyRotatedError,
    StoreUnavailableError,
    ClaimRefusedError,
    WaitError,  # no permit, too little time, another route's open circuit; a 429 is among the answers
)


class CallOutcome(StrEnum):
    """SUCCESS counts as a success, FAILURE as a failure; FATAL opens the circuit at once.

    ANSWERED is not counted while the circuit is closed, and closes it after a probe. NEUTRAL says nothing: it is not
    counted, and after a probe the circuit is open again, for another probe.
    """

    SUCCESS = "SUCCESS"
    ANSWERED = "ANSWERED"
    NEUTRAL = "NEUTRAL"
    FAILURE = "FAILURE"
    FATAL = "FATAL"


def classify_outcome(error: BaseException) -> CallOutcome:
    """Return what `error`, raised by a call, says about its route.

    An exception that is not ours is a failure: a decorated function may raise those of its library. A
    `BaseException` such as a cancellation or an interrupt is neutral.
    """
    if isinstance(error, ProviderAccountError):
        return CallOutcome.FATAL
    if isinstance(error, _ANSWERS):
        return CallOutcome.ANSWERED
    if isinstance(error, _OUR_ERRORS) or not isinstance(error, Exception):
        return CallOutcome.NEUTRAL
    return CallOutcome.FAILURE


def retry_after_of(error: BaseException | None) -> float | None:
    """Return the seconds that the provider asked to wait, or None."""
    return error.retry_after if isinstance(error, ImageGenerationError) else None
