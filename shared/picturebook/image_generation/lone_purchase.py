"""The purchase of somebody who has a client and nothing else: no ledger, no fleet, nobody who watches.

Its pace is that of this process, and a turn is waited for: there is no queue to come back from.

Retry and circuit are the decorators around the call, so what stands in their place here lets everything through.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import DrawnImage, ImageRequest, PictureRef
from picturebook.models.runs import Claim
from picturebook.models.story import OnUnknown
from picturebook.ports.clock import Chance, Clock
from picturebook.ports.image_model import ImageModel
from picturebook.ports.image_store import ImageStore
from picturebook.ports.pacer import Pacer
from picturebook.retry_policy import RetryPolicy
from picturebook.retry_policy.policy import OnRetry, TimeLeft
from picturebook.use_cases.buy_picture import (
    LEAST_SECONDS_FOR_A_CALL,
    SECONDS_KEPT_FOR_STORING,
    Bought,
    Order,
    Shop,
    buy_picture,
)

Answer = TypeVar("Answer")
# Longer than the concurrent calls of one picture book wait for each other at five images per minute.
_LONGEST_WAIT_FOR_A_TURN = 300.0


@dataclass(frozen=True, slots=True)
class PacedRoute:
    """A route (provider and model), and who paces it."""

    route: str
    pacer: Pacer


async def buy_alone(
    request: ImageRequest,
    model: ImageModel,
    *,
    paced: PacedRoute,
    store: ImageStore | None,
    timeout_seconds: float,
    on_unknown: OnUnknown,
    clock: Clock,
    chance: Chance,
) -> Bought:
    """Buy the picture under a fresh request id; each call of `model` takes at most `timeout_seconds`.

    Raises ProviderThrottledError, beside what `buy_picture` does, when `paced` has no turn in minutes.
    """
    order = _order(
        request,
        paced.route,
        request_id=chance.new_id(),
        on_unknown=on_unknown,
        now=clock.now(),
        seconds=timeout_seconds,
    )
    shop = _shop(_Bounded(model, timeout_seconds), paced.pacer, store or InMemoryImageStore(), clock, chance)
    return await buy_picture(order, shop, watcher=_NobodyWatches())


def _order(
    request: ImageRequest, route: str, *, request_id: str, on_unknown: OnUnknown, now: datetime, seconds: float
) -> Order:
    # Long enough for the call and its one repetition, and for their turns; `_Bounded` ends each of them in time.
    calls = seconds + max(seconds, LEAST_SECONDS_FOR_A_CALL) + 30
    whole = SECONDS_KEPT_FOR_STORING + calls + 2 * _LONGEST_WAIT_FOR_A_TURN
    return Order(
        picture=PictureRef(request_id=request_id, picture_id="picture"),
        request=request,
        route=route,
        key_prefix=f"images/_requests/{request_id}/picture",
        on_unknown=on_unknown,
        deadline=now + timedelta(seconds=whole),
    )


def _shop(model: ImageModel, pacer: Pacer, store: ImageStore, clock: Clock, chance: Chance) -> Shop:
    return Shop(
        ledger=InMemoryStoryLedger(),
        model=model,
        store=store,
        pacer=pacer,
        guard=_GuardedOutside(),
        retry=_RetriedOutside(),
        clock=clock,
        chance=chance,
        longest_wait_for_a_turn=_LONGEST_WAIT_FOR_A_TURN,
    )


@dataclass(frozen=True, slots=True)
class _Bounded:
    """An ImageModel whose calls take at most `seconds`, however long the purchase may."""

    model: ImageModel
    seconds: float

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        return await self.model.draw(request, timeout_seconds=min(self.seconds, timeout_seconds))


class _GuardedOutside:
    """A Guard that lets everything through: the decorator has judged the call already."""

    async def call(
        self,
        route: str,  # noqa: ARG002 - the port's argument
        operation: Callable[[], Awaitable[Answer]],
        *,
        circuit: Circuit | None = None,  # noqa: ARG002 - the port's argument
        deadline: datetime | None = None,  # noqa: ARG002 - the port's argument
    ) -> Answer:
        return await operation()


class _RetriedOutside(RetryPolicy):
    """A retry policy of one try that raises what it got: the decorator decides about the next one."""

    async def run(
        self,
        operation: Callable[[], Awaitable[Answer]],
        *,
        clock: Clock,  # noqa: ARG002 - the policy's argument
        chance: Chance,  # noqa: ARG002 - the policy's argument
        time_left: TimeLeft | None = None,  # noqa: ARG002 - the policy's argument
        on_retry: OnRetry | None = None,  # noqa: ARG002 - the policy's argument
    ) -> Answer:
        return await operation()


class _NobodyWatches:
    """A Watcher for a purchase of which nobody is told before it ends."""

    async def claimed(self, claim: Claim) -> None:
        """Nobody is told."""

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Nobody is told."""
