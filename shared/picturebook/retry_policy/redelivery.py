"""Chooses after how many seconds a message is delivered again.

The circuit breaker, the rate limiter and the image service name `retry_after`; a claim names its deadline.
"""

from __future__ import annotations

from datetime import timedelta

from picturebook.errors import CircuitOpenError, ImageGenerationError, ProviderAccountError, RetryLater
from picturebook.models.runs import Claim
from picturebook.ports.clock import Clock, RandomSource

# How long a message stays invisible after its image service failed; seconds.
PAUSE_AFTER_FAILURE = 30.0
# How long it stays invisible when the operator must correct a key, a quota or a model's name; seconds.
PAUSE_FOR_A_PERSON = 900.0
# Hundreds of messages wait for one probe: they are redelivered over as long again as they waited, within these
# seconds.
LEAST_SPREAD = 5.0
MOST_SPREAD = 60.0


def wait_out(claim: Claim | None, clock: Clock) -> None:
    """Raise RetryLater until the claim's deadline: until then its holder may still report an outcome."""
    if claim is None:
        return
    left = claim.deadline - clock.now()
    if left > timedelta(0):
        raise RetryLater(left.total_seconds(), reason="another worker holds the claim")


def pause_after(error: Exception, random_source: RandomSource) -> float:
    """Return the seconds until the picture should be tried again."""
    if isinstance(error, CircuitOpenError) and error.retry_after is not None:
        return error.retry_after + random_source.fraction() * min(MOST_SPREAD, max(LEAST_SPREAD, error.retry_after))
    if isinstance(error, ProviderAccountError):
        return PAUSE_FOR_A_PERSON
    if isinstance(error, ImageGenerationError) and error.retry_after is not None:
        return max(1.0, error.retry_after)
    return PAUSE_AFTER_FAILURE
