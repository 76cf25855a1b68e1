"""Buy one picture: pace, claim, draw, store. The only place that spends money.

Knows nothing of messages, runs or events: the Lambda functions and the public Python API both end here. Whose money
it is, and whether there is more, the order's payer knows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from picturebook.services import Services
from picturebook.errors import (
    ImageGenerationError,
    KeyRotatedError,
    OutcomeUnknownError,
    ProviderAccountError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RetriesExhaustedError,
    StoreUnavailableError,
    WaitError,
)
from picturebook.models.circuits import Circuit, CircuitState
from picturebook.models.pictures import DrawnImage, ImageRequest, PictureRef
from picturebook.models.runs import Claim, PictureRecord
from picturebook.models.story import OnUnknown
from picturebook.outcomes import A_LOST_CALL
from picturebook.ports.clock import Chance, Clock
from picturebook.ports.image_model import ImageModel
from picturebook.ports.image_store import ImageStore
from picturebook.ports.pacer import Pacer, Turn
from picturebook.ports.story_ledger import StoryLedger
from picturebook.retry_policy import RetryPolicy
from picturebook.use_cases.payer import PAYS_WHAT_IS_ASKED, Payer
from picturebook.use_cases.store_original import Place, store_original

Answer = TypeVar("Answer")
_LOGGER = logging.getLogger(__name__)

# Past the invocation's own deadline nobody can report an outcome any more; a minute covers clocks that differ.
CLAIM_OUTLASTS_INVOCATION = timedelta(seconds=60)
# What storing, checking and announcing may take after the answer: a call may not run into it.
SECONDS_KEPT_FOR_STORING = 20.0
# The shortest time in which an image model has a chance to answer.
LEAST_SECONDS_FOR_A_CALL = 30.0
# Waiting longer than this in a function costs more than coming back.
LONGEST_WAIT_FOR_A_TURN = 5.0
# How long a stored picture waits for the bus to take the announcement that it was begun; seconds.
LONGEST_WAIT_FOR_THE_BUS = 5.0
# A store that is away gave no key, so nothing was sent.
_UNBILLED = (
    ProviderUnavailableError,
    ProviderThrottledError,
    ProviderAccountError,
    KeyRotatedError,
    StoreUnavailableError,
)


class Guard(Protocol):
    """What stands before every call: the circuit breaker."""

    async def call(
        self,
        route: str,
        operation: Callable[[], Awaitable[Answer]],
        *,
        circuit: Circuit | None = None,
        deadline: datetime | None = None,
    ) -> Answer:
        """Run `operation`, or raise CircuitOpenError without running it; `deadline` bounds a probe's lease."""
        ...


class Watcher(Protocol):
    """Is told what happens on the way."""

    async def claimed(self, claim: Claim) -> None:
        """A paid call is being made under `claim`."""
        ...

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Try number `attempt` failed, and another one follows after `wait` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that buying needs. A turn that is more than `longest_wait_for_a_turn` seconds away is not taken."""

    ledger: StoryLedger
    model: ImageModel
    store: ImageStore
    pacer: Pacer
    guard: Guard
    retry: RetryPolicy
    clock: Clock
    chance: Chance
    longest_wait_for_a_turn: float = LONGEST_WAIT_FOR_A_TURN


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be bought. `deadline` is when the caller's time ends, `key_prefix` where the original goes.

    `payer` is asked before money is spent beyond the first try.
    """

    picture: PictureRef
    request: ImageRequest
    route: str
    key_prefix: str
    on_unknown: OnUnknown
    deadline: datetime
    payer: Payer = PAYS_WHAT_IS_ASKED


@dataclass(frozen=True, slots=True)
class Bought:
    """A picture that was paid for: its bytes (or the provider's URL), where they are, and the number of claims."""

    image: DrawnImage
    key: str | None
    attempts: int


async def buy_picture(
    order: Order, services: Services, *, watcher: Watcher, record: PictureRecord | None = None, circuit: Circuit | None = None
) -> Bought:
    """Buy the picture that `order` describes, trying again where nothing can have been billed.

    `record` is what the ledger said last; its claim, if any, is an expired one of unknown outcome.
    Raises ClaimRefused when somebody else buys it, WaitError when it is not the time, and the other
    errors of the tree; a claim that is known to be unbilled has been given back by then.
    """
    purchase = _Purchase(order, services, watcher, circuit, record or PictureRecord.untouched(order.picture))
    try:
        return await purchase.make()
    except (ImageGenerationError, StoreUnavailableError) as error:
        await purchase.give_back_if_unbilled(error)
        raise


class _Purchase:
    """One picture on its way from claim to store."""

    def __init__(
        self, order: Order, services: Services, watcher: Watcher, circuit: Circuit | None, record: PictureRecord
    ) -> None:
        self._order = order
        self._shop = shop
        self._watcher = watcher
        self._circuit = circuit
        self._claim = record.claim
        self._repays = record.repays
        self._may_repay = order.on_unknown == "repay_once" and record.repays == 0
        self._is_repay = record.claim is not None
        self._last_call_was_unbilled = False
        self._turn = Turn(0.0)
        self._tries = 0
        self._told: asyncio.Task[None] | None = None

    async def make(self) -> Bought:
        """Draw, store, and let the pacer learn; the announcement goes out meanwhile and is waited for last."""
        try:
            bought = await self._store(await self._draw())
            limit = bought.image.images_per_minute
            await services.rate_limiter.answered(self._order.route, self._turn, images_per_minute=limit)
            return bought
        finally:
            await self._finish_telling()

    async def _draw(self) -> DrawnImage:
        """Draw within the retry policy, and once more from the re-pay budget when the outcome is unknown."""
        if self._is_repay:
            await self._have_repay_paid()
        try:
            return await self._draw_within_policy()
        except OutcomeUnknownError as error:
            if not self._may_repay:
                raise
            # From here on the claim stands for a call of unknown outcome: a re-pay replaces it, nobody releases it.
            self._is_repay = True
            if self._seconds_left() < LEAST_SECONDS_FOR_A_CALL:
                raise self._repay_later() from error
            await self._have_repay_paid()
            return await self._draw_within_policy()

    async def _have_repay_paid(self) -> None:
        if not await self._order.payer.pays_again(self._repays + 1):
            raise OutcomeUnknownError(
                f"{A_LOST_CALL}, and paying again would go beyond what the story may cost.", "repay"
            )

    def _repay_later(self) -> WaitError:
        left = self._order.deadline + CLAIM_OUTLASTS_INVOCATION - services.clock.now()
        message = "A call's outcome is unknown, and too little time is left to pay again"
        return WaitError(message, "repay", retry_after=max(0.0, left.total_seconds()))

    async def _draw_within_policy(self) -> DrawnImage:
        shop = self._shop
        return await services.retry_policy.run(
            self._guarded_try,
            clock=services.clock,
            chance=services.random_source,
            time_left=lambda: self._seconds_left() - LEAST_SECONDS_FOR_A_CALL,
            on_retry=self._watcher.retrying,
        )

    async def _guarded_try(self) -> DrawnImage:
        services, order = self._shop, self._order
        # Between two tries minutes may pass. The first one was admitted a moment ago: it costs no look.
        if self._tries and not await order.payer.still_wants():
            raise WaitError("The story was cancelled meanwhile", "claim", retry_after=0.0)
        self._tries += 1
        return await services.circuit_guard.call(order.route, self._one_try, circuit=self._circuit, deadline=order.deadline)

    async def _one_try(self) -> DrawnImage:
        await self._wait_for_turn()
        seconds = self._seconds_left()
        if seconds < LEAST_SECONDS_FOR_A_CALL:
            raise ProviderThrottledError("Too little time is left for a call", "pace", retry_after=0.0)
        await self._finish_telling()
        self._claim = await self._take_claim()
        # The announcement goes out while the model draws: it costs no time, and its failure no picture.
        self._told = asyncio.create_task(self._watcher.claimed(self._claim))
        try:
            return await services.image_model.draw(self._order.request, timeout_seconds=seconds)
        except (ImageGenerationError, StoreUnavailableError) as error:
            self._last_call_was_unbilled = isinstance(error, _UNBILLED)
            if isinstance(error, ProviderThrottledError):
                await self._slow_down(error)
            await self._finish_telling()  # what follows is told after it
            raise

    async def _finish_telling(self) -> None:
        """Wait a little for the announcement of the last claim; what the bus does not take goes out later."""
        told, self._told = self._told, None
        if told is None:
            return
        await asyncio.wait({told}, timeout=LONGEST_WAIT_FOR_THE_BUS)
        told.cancel()
        (result,) = await asyncio.gather(told, return_exceptions=True)
        if isinstance(result, Exception):
            # A mistake of ours in announcing is no reason to lose a picture that is paid for.
            _LOGGER.error("a claim could not be announced", exc_info=result)

    async def _wait_for_turn(self) -> None:
        longest = services.longest_wait_for_a_permit
        self._turn = turn = await services.rate_limiter.take_turn(self._order.route, at_most=longest)
        if not turn.is_taken:
            raise ProviderThrottledError("The fleet is at its pace", "pace", retry_after=turn.seconds)
        if turn.seconds > 0:
            await services.clock.sleep(turn.seconds)

    async def _slow_down(self, error: ProviderThrottledError) -> None:
        limit = error.details.get("images_per_minute")
        await services.rate_limiter.throttled(
            self._order.route,
            self._turn,
            images_per_minute=limit if isinstance(limit, int) else None,
            retry_after=error.retry_after,
        )

    async def _take_claim(self) -> Claim:
        claim_id = services.random_source.new_id()
        try:
            claim = await self._claim_as(claim_id)
        except StoreUnavailableError:
            # The write may have been made and its answer lost: under its own id, the ledger knows it again.
            claim = await self._claim_as(claim_id)
        self._last_call_was_unbilled = False
        if self._is_repay:
            self._may_repay = False
            self._is_repay = False
        return claim

    async def _claim_as(self, claim_id: str) -> Claim:
        return await services.ledger.claim(
            self._order.picture,
            claim_id=claim_id,
            deadline=self._order.deadline + CLAIM_OUTLASTS_INVOCATION,
            replacing=self._claim.claim_id if self._claim else None,
            is_repay=self._is_repay,
        )

    async def give_back_if_unbilled(self, error: ImageGenerationError | StoreUnavailableError) -> None:
        """Release the claim when the last call under it is known to have cost nothing."""
        if self._claim is None or not self._last_call_was_unbilled:
            return
        is_failure = self._is_this_pictures_failure(error)
        try:
            await services.ledger.release(self._order.picture, self._claim.claim_id, is_failure=is_failure)
        except StoreUnavailableError as away:
            # The claim stays, and is looked up past its deadline; what is raised is why we are here.
            away.log_to(_LOGGER)

    def _is_this_pictures_failure(self, error: ImageGenerationError | StoreUnavailableError) -> bool:
        """Say whether the service failed with this picture while it worked for others: waiting is no failure."""
        cause = error.__cause__ if isinstance(error, RetriesExhaustedError) else error
        is_closed = self._circuit is None or self._circuit.state is CircuitState.CLOSED
        return isinstance(cause, ProviderUnavailableError) and is_closed

    async def _store(self, image: DrawnImage) -> Bought:
        """Bring the bytes to safety before anything else that can fail."""
        if self._claim is None:
            raise AssertionError("a picture was drawn without a claim")
        key = None
        if image.content is not None:
            place = Place(self._order.key_prefix, self._order.picture.take, self._claim)
            key = await store_original(image.content, place, services.image_store, clock=services.clock)
        return Bought(image, key=key, attempts=self._claim.number)

    def _seconds_left(self) -> float:
        return (self._order.deadline - services.clock.now()).total_seconds() - SECONDS_KEPT_FOR_STORING
