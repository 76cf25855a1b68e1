from __future__ import annotations

import asyncio

import pytest

from picturebook.circuit_breaker.outcome_classifier import Effect, effect_of, retry_after_of
from picturebook.errors import (
    CircuitOpenError,
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
)
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord
from picturebook.ports.story_ledger import ClaimRefusedError


@pytest.mark.parametrize(
    ("error", "effect"),
    [
        (ProviderUnavailableError("down"), Effect.FAILURE),
        (OutcomeUnknownError("who knows"), Effect.FAILURE),
        (RetriesExhaustedError("enough"), Effect.FAILURE),
        (ImageGenerationError("a decorated function's own"), Effect.FAILURE),
        (ConnectionError("a library's own"), Effect.FAILURE),
        (ProviderAccountError("quota"), Effect.FATAL),
        (PromptRefusedError("no"), Effect.ANSWERED),
        (RequestRefusedError("no"), Effect.ANSWERED),
        (ProviderThrottledError("429"), Effect.ANSWERED),
        (ProviderThrottledError("not your turn", "pace"), Effect.NEUTRAL),
        (ImageProcessingError("rubbish"), Effect.NEUTRAL),
        (ImageValidationError("no"), Effect.NEUTRAL),
        (StoreUnavailableError("away"), Effect.NEUTRAL),
        (CircuitOpenError("another route's"), Effect.NEUTRAL),
        (KeyRotatedError("401"), Effect.NEUTRAL),
        (ClaimRefusedError(PictureRecord.untouched(PictureRef(request_id="r-1", picture_id="page-1"))), Effect.NEUTRAL),
        (asyncio.CancelledError(), Effect.NEUTRAL),
        (KeyboardInterrupt(), Effect.NEUTRAL),
    ],
    ids=repr,
)
def test_every_outcome_has_one_effect(error: BaseException, effect: Effect) -> None:
    assert effect_of(error) is effect


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (ProviderThrottledError("429", retry_after=3.0), 3.0),
        (ProviderThrottledError("429"), None),
        (ProviderUnavailableError("503", details={"retry_after": 7}), 7.0),
        (ProviderUnavailableError("503", details={"retry_after": "soon"}), None),
        (ProviderUnavailableError("down"), None),
        (ConnectionError("reset"), None),
        (None, None),
    ],
    ids=repr,
)
def test_the_providers_own_wait_is_found(error: BaseException | None, seconds: float | None) -> None:
    assert retry_after_of(error) == seconds
