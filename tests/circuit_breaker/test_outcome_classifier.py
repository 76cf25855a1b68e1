from __future__ import annotations

import asyncio

import pytest

from picturebook.circuit_breaker.outcome_classifier import CallOutcome, classify_outcome, retry_after_of
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


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ProviderUnavailableError("down"), CallOutcome.FAILURE),
        (OutcomeUnknownError("unknown"), CallOutcome.FAILURE),
        (RetriesExhaustedError("enough"), CallOutcome.FAILURE),
        (ImageGenerationError("a decorated function's own"), CallOutcome.FAILURE),
        (ConnectionError("a library's own"), CallOutcome.FAILURE),
        (ProviderAccountError("quota"), CallOutcome.FATAL),
        (PromptRefusedError("no"), CallOutcome.ANSWERED),
        (RequestRefusedError("no"), CallOutcome.ANSWERED),
        (ProviderThrottledError("429"), CallOutcome.ANSWERED),
        (WaitError("no permit", generation_step="rate_limit"), CallOutcome.NEUTRAL),
        (ImageProcessingError("unusable"), CallOutcome.NEUTRAL),
        (ImageValidationError("no"), CallOutcome.NEUTRAL),
        (StoreUnavailableError("away"), CallOutcome.NEUTRAL),
        (CircuitOpenError("another route's"), CallOutcome.NEUTRAL),
        (KeyRotatedError("401"), CallOutcome.NEUTRAL),
        (
            ClaimRefusedError(PictureRecord.untouched(PictureRef(request_id="r-1", picture_id="page-1"))),
            CallOutcome.NEUTRAL,
        ),
        (asyncio.CancelledError(), CallOutcome.NEUTRAL),
        (KeyboardInterrupt(), CallOutcome.NEUTRAL),
    ],
    ids=repr,
)
def test_every_error_is_classified_as_one_outcome(error: BaseException, outcome: CallOutcome) -> None:
    assert classify_outcome(error) is outcome


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (ProviderThrottledError("429", retry_after=3.0), 3.0),
        (ProviderThrottledError("429"), None),
        (ProviderUnavailableError("503", retry_after=7.0), 7.0),
        (ProviderUnavailableError("503", details={"retry_after": "soon"}), None),
        (ProviderUnavailableError("down"), None),
        (ConnectionError("reset"), None),
        (None, None),
    ],
    ids=repr,
)
def test_the_providers_own_wait_is_found(error: BaseException | None, seconds: float | None) -> None:
    assert retry_after_of(error) == seconds
