"""Why a picture's message comes back, and when. What becomes of the picture is not decided here."""

from __future__ import annotations

from datetime import timedelta

from picturebook.errors import CircuitOpenError, ProviderAccountError, WaitError
from picturebook.models.runs import Claim
from picturebook.ports.clock import Clock, RandomSource

# When a picture is tried again whose service fails; seconds.
PAUSE_AFTER_FAILURE = 30.0
# When somebody may have mended a key, a quota or a model's name; seconds.
PAUSE_FOR_A_PERSON = 900.0
# Hundreds of messages wait for one probe: they come back over as long again as they waited, within these seconds.
LEAST_SPREAD = 5.0
MOST_SPREAD = 60.0


class RetryLater(Exception):  # noqa: N818 - not an error: the message is to come back
    """The picture cannot go on now; its message is to be visible again after `seconds`."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


def wait_out(claim: Claim | None, clock: Clock) -> None:
    """Raise RetryLater while the claim's holder may still report."""
    if claim is None:
        return
    left = claim.deadline - clock.now()
    if left > timedelta(0):
        raise RetryLater(left.total_seconds(), "somebody else holds the claim")


def pause_after(error: Exception, random_source: RandomSource) -> float:
    """Return the seconds after which a picture is worth another try."""
    if isinstance(error, CircuitOpenError) and error.retry_after is not None:
        return error.retry_after + random_source.fraction() * min(MOST_SPREAD, max(LEAST_SPREAD, error.retry_after))
    if isinstance(error, WaitError) and error.retry_after is not None:
        return max(1.0, error.retry_after)
    return PAUSE_FOR_A_PERSON if isinstance(error, ProviderAccountError) else PAUSE_AFTER_FAILURE
