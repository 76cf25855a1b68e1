from __future__ import annotations

import asyncio

import httpx2
import openai
import pytest

from picturebook.errors import (
    CircuitOpenError,
    ClaimRefusedError,
    ImageGenerationError,
    ImageProcessingError,
    ImageValidationError,
    KeyRotatedError,
    OutcomeUnknownError,
    PromptRefusedError,
    ProviderAccountError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RequestRefusedError,
    RetriesExhaustedError,
    StoreUnavailableError,
    WaitError,
)
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord
from picturebook.retry_policy.retry_classifier import RetryDecision, classify

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/images")


def answer(status: int, headers: dict[str, str] | None = None) -> httpx2.Response:
    return httpx2.Response(status, headers=headers, request=REQUEST)


def again(least_wait: float = 0.0, most_tries: int | None = None) -> RetryDecision:
    return RetryDecision(is_worth_a_try=True, least_wait=least_wait, most_tries=most_tries)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ProviderUnavailableError("not reached"), again()),
        (ProviderUnavailableError("500", details={"status": 500}), again(most_tries=2)),
        (ProviderUnavailableError("503", details={"status": 503}, retry_after=7.0), again(7.0, 2)),
        (ProviderThrottledError("429"), again()),
        (ProviderThrottledError("429", retry_after=11.0), again(11.0)),
        (KeyRotatedError("401"), again(most_tries=2)),
        (ImageGenerationError("Failed to generate image"), again()),
        (ConnectionError("reset"), again()),
        (TimeoutError(), again()),
        (OSError("network is unreachable"), again()),
        (RuntimeError("unknown"), again()),
        (openai.APIConnectionError(request=REQUEST), again()),
        (openai.InternalServerError("500", response=answer(500), body=None), again()),
        (openai.ConflictError("409", response=answer(409), body=None), again()),
        (openai.APIStatusError("408", response=answer(408), body=None), again()),
        (openai.RateLimitError("429", response=answer(429, {"Retry-After": "3"}), body=None), again(3.0)),
        (openai.RateLimitError("429", response=answer(429, {"Retry-After": "soon"}), body=None), again()),
    ],
    ids=repr,
)
def test_transient_failures_are_worth_another_try(error: Exception, expected: RetryDecision) -> None:
    assert classify(error) == expected


@pytest.mark.parametrize(
    "error",
    [
        CircuitOpenError("open"),
        PromptRefusedError("no"),
        RequestRefusedError("no"),
        ProviderAccountError("quota"),
        OutcomeUnknownError("who knows"),
        RetriesExhaustedError("enough"),
        ImageProcessingError("rubbish"),
        ImageValidationError("no"),
        StoreUnavailableError("away"),
        WaitError("no permit yet", generation_step="rate_limit", retry_after=1.0),
        ClaimRefusedError(PictureRecord.untouched(PictureRef(request_id="r-1", picture_id="page-1"))),
        TypeError("argument"),
        ValueError("value"),
        KeyError("key"),
        AttributeError("name"),
        ZeroDivisionError(),
        AssertionError(),
        NotImplementedError(),
        openai.BadRequestError("400", response=answer(400), body=None),
        openai.AuthenticationError("401", response=answer(401), body=None),
        asyncio.CancelledError(),
        KeyboardInterrupt(),
        None,
    ],
    ids=repr,
)
def test_errors_that_would_recur_or_may_be_billed_are_not_retried(error: BaseException | None) -> None:
    assert not classify(error).is_worth_a_try
