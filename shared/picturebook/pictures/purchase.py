"""Buy one picture: permit, claim, draw, store. The only place that spends money.

Knows nothing of messages, runs or events: both the Lambda functions and the public Python API call it. The order's
spending policy decides whether there is money beyond the first call.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from picturebook.errors import (
    ClaimRefusedError,
    ImageGenerationError,
    ImageProcessingError,
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
from picturebook.pictures.background_task import BackgroundTask
from picturebook.pictures.outcomes import A_LOST_CALL
from picturebook.pictures.store_original import OriginalLocation, store_original
from picturebook.ports.purchase_watcher import PurchaseWatcher
from picturebook.ports.rate_limiter import Permit
from picturebook.ports.spending_policy import UNLIMITED, SpendingPolicy
from picturebook.services import PurchaseServices

_LOGGER = logging.getLogger(__name__)

# After the invocation's deadline its worker can report no outcome; a minute allows for clocks that differ.
CLAIM_OUTLASTS_INVOCATION = timedelta(seconds=60)
# How long storing, checking and announcing may take after the answer; a call must end before that time.
SECONDS_KEPT_FOR_STORING = 20.0
# The shortest time in which an image model has a chance to answer.
LEAST_SECONDS_FOR_A_CALL = 30.0
# How long a stored picture waits for the bus to take the announcement that it was begun; seconds.
LONGEST_WAIT_FOR_THE_BUS = 5.0
# StoreUnavailableError: the secret store gave no API key, so nothing was sent.
_UNBILLED = (
    ProviderUnavailableError,
    ProviderThrottledError,
    ProviderAccountError,
    KeyRotatedError,
    StoreUnavailableError,
)
PurchaseError = ImageGenerationError | ImageProcessingError | StoreUnavailableError | ClaimRefusedError


@dataclass(frozen=True, slots=True)
class Order:
    """What to buy. `deadline` is when the caller's time ends, `key_prefix` begins the original's key.

    `spending_policy` is asked before money is spent beyond the first try.
    """

    picture: PictureRef
    request: ImageRequest
    route: str
    key_prefix: str
    on_unknown: OnUnknown
    deadline: datetime
    spending_policy: SpendingPolicy = UNLIMITED


@dataclass(frozen=True, slots=True)
class Bought:
    """A picture that was paid for: its bytes (or the provider's URL), where they are, and the number of claims."""

    image: DrawnImage
    key: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """How buying a picture ended: with `bought`, or with `error`.

    `claim` is the last one that was made on the way, None where none was; a claim that is known to be unbilled has been
    released by then.
    """

    claim: Claim | None
    bought: Bought | None = None
    error: PurchaseError | None = None

    def result(self) -> Bought:
        """Return what was bought, or raise why nothing was."""
        if self.error:
            raise self.error
        if self.bought is None:
            raise AssertionError("a purchase ended with neither a picture nor an error")
        return self.bought


async def buy_picture(
    order: Order,
    services: PurchaseServices,
    *,
    watcher: PurchaseWatcher,
    record: PictureRecord | None = None,
    circuit: Circuit | None = None,
) -> Purchase:
    """Buy the picture that `order` describes, trying again where nothing can have been billed.

    `record` is what the ledger said last; its claim, if any, is an expired one of unknown outcome. `circuit` is the
    route's circuit as it was read with it. The purchase's error is ClaimRefusedError when another worker buys the
    picture, a WaitError when it is not the time, or one of the other errors of the tree.
    """
    buyer = _Buyer(order, services, watcher, circuit, record or PictureRecord.untouched(order.picture))
    try:
        bought = await buyer.buy()
    except (ImageGenerationError, ImageProcessingError, StoreUnavailableError, ClaimRefusedError) as error:
        if not isinstance(error, ClaimRefusedError):
            await buyer.release_if_unbilled(error)
        return Purchase(buyer.own_claim, error=error)
    return Purchase(buyer.own_claim, bought)


class _Buyer:
    """One picture on its way from claim to store."""

    def __init__(
        self,
        order: Order,
        services: PurchaseServices,
        watcher: PurchaseWatcher,
        circuit: Circuit | None,
        record: PictureRecord,
    ) -> None:
        self._order = order
        self._services = services
        self._watcher = watcher
        self._circuit = circuit
        self._claim = record.claim
        self._repays = record.repays
        self._may_repay = order.on_unknown == "repay_once" and record.repays == 0
        self._is_repay = record.claim is not None
        self._last_call_was_unbilled = False
        self._permit = Permit(0.0)
        self._tries = 0
        self._announcing = BackgroundTask(services.clock, longest_wait=LONGEST_WAIT_FOR_THE_BUS)
        self.own_claim: Claim | None = None

    async def buy(self) -> Bought:
        """Draw, store, report to the rate limiter; the claim's announcement runs meanwhile and is waited for last."""
        try:
            bought = await self._store(await self._draw())
            limit = bought.image.images_per_minute
            await self._services.rate_limiter.answered(self._order.route, self._permit, images_per_minute=limit)
            return bought
        finally:
            await self._announcing.finish()

    async def _draw(self) -> DrawnImage:
        """Draw within the retry policy, and once more from the re-pay budget when the outcome is unknown."""
        if self._is_repay:
            await self._check_repay_is_allowed()
        try:
            return await self._draw_within_policy()
        except OutcomeUnknownError as error:
            if not self._may_repay:
                raise
            # From here on the claim stands for a call of unknown outcome: a re-pay replaces it, nothing releases it.
            self._is_repay = True
            if self._seconds_left() < LEAST_SECONDS_FOR_A_CALL:
                raise self._repay_later() from error
            await self._check_repay_is_allowed()
            return await self._draw_within_policy()

    async def _check_repay_is_allowed(self) -> None:
        if not await self._order.spending_policy.allows_repay(self._repays + 1):
            raise OutcomeUnknownError(
                f"{A_LOST_CALL}, and paying again would go beyond what the story may cost.", generation_step="repay"
            )

    def _repay_later(self) -> WaitError:
        left = self._order.deadline + CLAIM_OUTLASTS_INVOCATION - self._services.clock.now()
        message = "A call's outcome is unknown, and too little time is left to pay again"
        return WaitError(message, generation_step="repay", retry_after=max(0.0, left.total_seconds()))

    async def _draw_within_policy(self) -> DrawnImage:
        services = self._services
        return await services.retry_policy.run(
            self._guarded_try,
            clock=services.clock,
            random_source=services.random_source,
            time_left=lambda: self._seconds_left() - LEAST_SECONDS_FOR_A_CALL,
            on_retry=self._watcher.retrying,
        )

    async def _guarded_try(self) -> DrawnImage:
        guard, order = self._services.circuit_guard, self._order
        # Minutes may pass between two tries. The first one was admitted just now, so the run is not read again.
        if self._tries and not await order.spending_policy.still_wanted():
            raise WaitError("The story was cancelled meanwhile", generation_step="claim", retry_after=0.0)
        self._tries += 1
        return await guard.call(order.route, self._one_try, circuit=self._circuit, deadline=order.deadline)

    async def _one_try(self) -> DrawnImage:
        await self._wait_for_permit()
        seconds = self._seconds_left()
        if seconds < LEAST_SECONDS_FOR_A_CALL:
            raise WaitError("Too little time is left for a call", generation_step="rate_limit", retry_after=0.0)
        await self._announcing.finish()
        claim = await self._make_claim()
        # The announcement is published while the model draws: it costs no time, and its failure stops no picture.
        self._announcing.start(self._watcher.claimed(claim))
        try:
            return await self._services.image_model.draw(self._order.request, timeout_seconds=seconds)
        except (ImageGenerationError, StoreUnavailableError) as error:
            self._last_call_was_unbilled = isinstance(error, _UNBILLED)
            if isinstance(error, ProviderThrottledError):
                await self._slow_down(error)
            await self._announcing.finish()  # ImageStarted goes out before the event of the failure
            raise

    async def _wait_for_permit(self) -> None:
        longest = self._services.longest_wait_for_a_permit
        self._permit = permit = await self._services.rate_limiter.acquire_permit(self._order.route, at_most=longest)
        if not permit.is_granted:
            raise WaitError("The fleet is at its rate limit", generation_step="rate_limit", retry_after=permit.seconds)
        if permit.seconds > 0:
            await self._services.clock.sleep(permit.seconds)

    async def _slow_down(self, error: ProviderThrottledError) -> None:
        limit = error.details.get("images_per_minute")
        await self._services.rate_limiter.throttled(
            self._order.route,
            self._permit,
            images_per_minute=limit if isinstance(limit, int) else None,
            retry_after=error.retry_after,
        )

    async def _make_claim(self) -> Claim:
        claim_id = self._services.random_source.new_id()
        try:
            claim = await self._claim_as(claim_id)
        except StoreUnavailableError:
            # The write may have been made and its answer lost: the ledger recognises the claim by its id.
            claim = await self._claim_as(claim_id)
        self._claim = self.own_claim = claim
        self._last_call_was_unbilled = False
        if self._is_repay:
            self._may_repay = False
            self._is_repay = False
        return claim

    async def _claim_as(self, claim_id: str) -> Claim:
        return await self._services.ledger.claim(
            self._order.picture,
            claim_id=claim_id,
            deadline=self._order.deadline + CLAIM_OUTLASTS_INVOCATION,
            replacing=self._claim.claim_id if self._claim else None,
            is_repay=self._is_repay,
        )

    async def release_if_unbilled(self, error: PurchaseError) -> None:
        """Release the claim when the last call under it is known to have cost nothing."""
        if self._claim is None or not self._last_call_was_unbilled:
            return
        is_failure = self._is_this_pictures_failure(error)
        try:
            await self._services.ledger.release(self._order.picture, self._claim.claim_id, is_failure=is_failure)
        except StoreUnavailableError as away:
            # The claim stays, and a later worker looks up its outcome. The caller gets the original error.
            away.log_to(_LOGGER)

    def _is_this_pictures_failure(self, error: PurchaseError) -> bool:
        """Say whether the service failed with this picture while its circuit was closed; waiting is no failure."""
        cause = error.__cause__ if isinstance(error, RetriesExhaustedError) else error
        is_closed = self._circuit is None or self._circuit.state is CircuitState.CLOSED
        return isinstance(cause, ProviderUnavailableError) and is_closed

    async def _store(self, image: DrawnImage) -> Bought:
        """Store the paid bytes before anything else that can fail."""
        if self._claim is None:
            raise AssertionError("a picture was drawn without a claim")
        key = None
        if image.content is not None:
            place = OriginalLocation(self._order.key_prefix, self._order.picture.take, self._claim)
            key = await store_original(image.content, place, self._services.image_store, clock=self._services.clock)
        return Bought(image, key=key, attempts=self._claim.number)

    def _seconds_left(self) -> float:
        return (self._order.deadline - self._services.clock.now()).total_seconds() - SECONDS_KEPT_FOR_STORING
