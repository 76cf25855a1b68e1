"""Buys a picture for a caller without AWS: the ledger is in memory, and nothing is announced.

The call waits for a permit of this process's rate limiter, because there is no queue that could deliver it again.
Retries and the circuit breaker are decorators around the call, so their stand-ins here do nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.circuit_breaker.pass_through_guard import PassThroughGuard
from picturebook.models.pictures import DrawnImage, ImageRequest, PictureRef
from picturebook.models.runs import Claim
from picturebook.models.story import OnUnknown
from picturebook.pictures.purchase import (
    LEAST_SECONDS_FOR_A_CALL,
    SECONDS_KEPT_FOR_STORING,
    Bought,
    Order,
    buy_picture,
)
from picturebook.ports.circuit_guard import CircuitGuard
from picturebook.ports.clock import Clock, RandomSource
from picturebook.ports.image_model import ImageModel
from picturebook.ports.image_store import ImageStore
from picturebook.ports.rate_limiter import RateLimiter
from picturebook.ports.story_ledger import StoryLedger
from picturebook.retry_policy import RetryPolicy
from picturebook.retry_policy.policy import OnRetry, TimeLeft

Answer = TypeVar("Answer")
# Longer than the concurrent calls of one picture book wait for each other at five images per minute.
_LONGEST_WAIT_FOR_A_PERMIT = 300.0


@dataclass(frozen=True, slots=True)
class LimitedRoute:
    """A route (`provider/model`), and its rate limiter."""

    route: str
    rate_limiter: RateLimiter


async def buy_standalone(
    request: ImageRequest,
    model: ImageModel,
    *,
    limited: LimitedRoute,
    store: ImageStore | None,
    timeout_seconds: float,
    on_unknown: OnUnknown,
    clock: Clock,
    random_source: RandomSource,
) -> Bought:
    """Buy the picture under a fresh request id; each call of `model` takes at most `timeout_seconds`.

    Raises WaitError, beside what `buy_picture` does, when `limited` has no permit for minutes.
    """
    order = _order(
        request,
        limited.route,
        request_id=random_source.new_id(),
        on_unknown=on_unknown,
        now=clock.now(),
        seconds=timeout_seconds,
    )
    services = _StandaloneServices(
        ledger=InMemoryStoryLedger(),
        image_model=_TimeLimited(model, timeout_seconds),
        image_store=store or InMemoryImageStore(),
        rate_limiter=limited.rate_limiter,
        clock=clock,
        random_source=random_source,
    )
    return (await buy_picture(order, services, watcher=_SilentWatcher())).result()


def _order(
    request: ImageRequest, route: str, *, request_id: str, on_unknown: OnUnknown, now: datetime, seconds: float
) -> Order:
    # Long enough for the call, its one repetition and their permits; `_TimeLimited` bounds each call.
    calls = seconds + max(seconds, LEAST_SECONDS_FOR_A_CALL) + 30
    whole = SECONDS_KEPT_FOR_STORING + calls + 2 * _LONGEST_WAIT_FOR_A_PERMIT
    return Order(
        picture=PictureRef(request_id=request_id, picture_id="picture"),
        request=request,
        route=route,
        key_prefix=f"images/_requests/{request_id}/picture",
        on_unknown=on_unknown,
        deadline=now + timedelta(seconds=whole),
    )


@dataclass(frozen=True, slots=True)
class _TimeLimited:
    """An ImageModel whose calls take at most `seconds`, even when the purchase may take longer."""

    model: ImageModel
    seconds: float

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        return await self.model.draw(request, timeout_seconds=min(self.seconds, timeout_seconds))


class _SingleTry(RetryPolicy):
    """A retry policy of one try: the decorator around the call decides about retries."""

    async def run(
        self,
        operation: Callable[[], Awaitable[Answer]],
        *,
        clock: Clock,  # noqa: ARG002 - the policy's argument
        random_source: RandomSource,  # noqa: ARG002 - the policy's argument
        time_left: TimeLeft | None = None,  # noqa: ARG002 - the policy's argument
        on_retry: OnRetry | None = None,  # noqa: ARG002 - the policy's argument
    ) -> Answer:
        return await operation()


class _SilentWatcher:
    """A PurchaseWatcher that publishes nothing."""

    async def claimed(self, claim: Claim) -> None:
        """Nothing is published."""

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Nothing is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _StandaloneServices:
    """The PurchaseServices of one call."""

    ledger: StoryLedger
    image_model: ImageModel
    image_store: ImageStore
    rate_limiter: RateLimiter
    clock: Clock
    random_source: RandomSource
    # The decorator around the call has checked the circuit already.
    circuit_guard: CircuitGuard = field(default_factory=PassThroughGuard)
    retry_policy: RetryPolicy = field(default_factory=_SingleTry)
    longest_wait_for_a_permit: float = _LONGEST_WAIT_FOR_A_PERMIT
