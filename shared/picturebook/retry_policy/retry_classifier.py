"""Classifies errors: which are worth another try, and after how long. Pure.

| error | retry | why |
|---|---|---|
| ProviderUnavailableError without a status | yes | the request was not sent, so not billed |
| … with a status (500, 502, 503, 409) | once | usually unbilled |
| ProviderThrottledError | yes, not before `retry_after` | a 429 is not billed |
| every other WaitError: no permit, too little time, circuit open | no | it tells the caller to retry later |
| KeyRotatedError | once | the next call uses the key that replaced the refused one |
| ImageGenerationError itself | yes | a decorated function's own "failed to generate image" |
| every other error of ours | no | refused, held, or perhaps billed |
| a foreign error with HTTP status 408, 409, 429, ≥ 500 | yes, not before its Retry-After | transient |
| … with any other status | no | the answer would be the same |
| a programming error (TypeError, ValueError, KeyError, …) | no | it would happen again |
| any other foreign `Exception` (ConnectionError, TimeoutError, …) | yes | presumably transient |
| no `Exception` (cancellation, interrupt) | no | the caller wants to stop |
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from picturebook.errors import (
    ClaimRefusedError,
    ImageGenerationError,
    KeyRotatedError,
    PicturebookError,
    ProviderThrottledError,
    ProviderUnavailableError,
)

_TRANSIENT_STATUSES = frozenset({408, 409, 429})
_PROGRAMMING_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    ImportError,
    LookupError,
    NameError,
    NotImplementedError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """Whether to retry, after at least `least_wait` seconds, and with how many tries in all (None: the policy's)."""

    is_worth_a_try: bool
    least_wait: float = 0.0
    most_tries: int | None = None


_STOP = RetryDecision(is_worth_a_try=False)
_AGAIN = RetryDecision(is_worth_a_try=True)


def classify(error: BaseException | None) -> RetryDecision:
    """Return the decision for `error` by the module's table."""
    if isinstance(error, ProviderUnavailableError):
        most_tries = 2 if "status" in error.details else None
        return RetryDecision(is_worth_a_try=True, least_wait=error.retry_after or 0.0, most_tries=most_tries)
    if isinstance(error, ProviderThrottledError):
        return RetryDecision(is_worth_a_try=True, least_wait=error.retry_after or 0.0)
    if isinstance(error, KeyRotatedError):
        return RetryDecision(is_worth_a_try=True, most_tries=2)
    if isinstance(error, PicturebookError | ClaimRefusedError):
        return _AGAIN if type(error) is ImageGenerationError else _STOP
    if not isinstance(error, Exception) or isinstance(error, _PROGRAMMING_ERRORS):
        return _STOP
    return _classify_foreign(error)


def _classify_foreign(error: Exception) -> RetryDecision:
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", getattr(response, "status_code", None))
    if not isinstance(status, int):
        return _AGAIN
    if status not in _TRANSIENT_STATUSES and status < 500:
        return _STOP
    return RetryDecision(is_worth_a_try=True, least_wait=_header_seconds(response))


def _header_seconds(response: object) -> float:
    headers = getattr(response, "headers", None)
    return _seconds(headers.get("retry-after")) if isinstance(headers, Mapping) else 0.0


def _seconds(value: object) -> float:
    """Return `value` as seconds; 0 for a date, or for anything else that is no number."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) else 0.0
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
