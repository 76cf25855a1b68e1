"""The only place that spends money: when it claims, when it gives back, when it pays again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.errors import (
    CircuitOpenError,
    ClaimRefusedError,
    OutcomeUnknownError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RetriesExhaustedError,
    StoreUnavailableError,
    WaitError,
)
from picturebook.models.circuits import Circuit, CircuitState
from picturebook.models.pictures import DrawnImage, ImageRequest, PictureRef
from picturebook.models.runs import PictureRecord
from picturebook.pictures.purchase import Bought, Order, buy_picture
from picturebook.ports.rate_limiter import Permit
from picturebook.services import Services
from tests.fakes.clock import FakeClock
from tests.fakes.guard import FakeGuard
from tests.fakes.image_model import FakeImageModel
from tests.fakes.picturebook_world import World
from tests.pictures.test_waits_and_losses import LedgerThatGoesAway

Answer = TypeVar("Answer")
PICTURE = PictureRef(request_id="r-1", picture_id="page-001")
MINUTES = 10
LOST = OutcomeUnknownError("read timeout")
DOWN = ProviderUnavailableError("reset")


class SilentWatcher:
    """Watches and says nothing."""

    async def claimed(self, claim: object) -> None: ...

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None: ...


class Buyer:
    """One order, which can be bought again and again."""

    def __init__(self, *script: Exception | bytes | None, ledger: InMemoryStoryLedger | None = None) -> None:
        self.model = FakeImageModel(*script)
        self.world = World(self.model)
        self.world.ledger = ledger or self.world.ledger
        self.services: Services = self.world.services
        self.on_unknown = "repay_once"

    @property
    def clock(self) -> FakeClock:
        return self.world.clock

    def order(self, minutes: float = MINUTES) -> Order:
        request = ImageRequest("gpt-image-2", "a boat", "1024x640", "medium")
        deadline = self.clock.now() + timedelta(minutes=minutes)
        return Order(PICTURE, request, "api/m", "images/x", self.on_unknown, deadline)  # type: ignore[arg-type]  # set by tests

    async def record(self) -> PictureRecord:
        return (await self.world.ledger.admit(PICTURE, sheets=[], route="api/m")).record

    async def buy(self, *, circuit: Circuit | None = None, minutes: float = MINUTES) -> Bought:
        order, record = self.order(minutes), await self.record()
        purchase = await buy_picture(order, self.services, watcher=SilentWatcher(), record=record, circuit=circuit)
        return purchase.result()


async def test_a_lost_call_is_paid_again_once_and_that_is_on_record() -> None:
    buyer = Buyer(LOST)
    await buyer.buy()
    record = await buyer.record()
    assert (record.attempts, record.repays, len(buyer.model.requests)) == (2, 1, 2)


async def test_two_lost_calls_are_never_followed_by_a_third() -> None:
    buyer = Buyer(LOST, LOST)
    with pytest.raises(OutcomeUnknownError):
        await buyer.buy()
    assert len(buyer.model.requests) == 2
    record = await buyer.record()
    assert record.claim is not None, "a claim of unknown outcome was given back"
    with pytest.raises(ClaimRefusedError):
        await buyer.buy()
    assert len(buyer.model.requests) == 2


async def test_a_spent_repay_stays_spent_when_its_own_call_cost_nothing() -> None:
    buyer = Buyer(LOST, DOWN, DOWN, DOWN, LOST)
    with pytest.raises(RetriesExhaustedError):
        await buyer.buy()
    with pytest.raises(OutcomeUnknownError):
        await buyer.buy()
    assert (await buyer.record()).repays == 1


async def test_a_lost_claim_is_not_given_back_when_its_repay_cannot_be_made_now() -> None:
    buyer = Buyer(LOST)
    buyer.on_unknown = "hold"
    with pytest.raises(OutcomeUnknownError):
        await buyer.buy()
    buyer.on_unknown = "repay_once"
    with pytest.raises(WaitError):
        await buyer.buy(minutes=0.5)
    assert (await buyer.record()).claim is not None
    assert len(buyer.model.requests) == 1


async def test_too_little_time_for_a_call_is_no_call_and_no_claim() -> None:
    buyer = Buyer()
    with pytest.raises(WaitError):
        await buyer.buy(minutes=0.7)
    assert buyer.model.requests == []
    assert (await buyer.record()).attempts == 0


async def test_a_call_leaves_time_for_storing() -> None:
    limits: list[float] = []

    class Timed(FakeImageModel):
        async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
            limits.append(timeout_seconds)
            return await super().draw(request, timeout_seconds=timeout_seconds)

    buyer = Buyer()
    buyer.services = replace(buyer.services, image_model=Timed())
    await buyer.buy()
    assert limits == [MINUTES * 60 - 20]


async def test_a_claim_outlasts_its_invocation_by_a_minute() -> None:
    buyer = Buyer(LOST)
    buyer.on_unknown = "hold"
    deadline = buyer.order().deadline
    with pytest.raises(OutcomeUnknownError):
        await buyer.buy()
    claim = (await buyer.record()).claim
    assert claim is not None
    assert claim.deadline == deadline + timedelta(seconds=60)


async def test_a_claim_is_given_back_when_the_circuit_opens_before_the_next_try() -> None:
    buyer = Buyer(DOWN)
    buyer.services = replace(buyer.services, circuit_guard=FakeGuard(None, CircuitOpenError("open", retry_after=30.0)))
    with pytest.raises(CircuitOpenError):
        await buyer.buy()
    assert (await buyer.record()).claim is None


async def test_the_guard_gets_the_circuit_and_the_deadline() -> None:
    guard, buyer = FakeGuard(), Buyer()
    buyer.services = replace(buyer.services, circuit_guard=guard)
    circuit, deadline = Circuit("api/m"), buyer.order().deadline
    await buyer.buy(circuit=circuit)
    assert [(call.circuit, call.deadline) for call in guard.calls] == [(circuit, deadline)]


@pytest.mark.parametrize(("state", "failures"), [(CircuitState.CLOSED, 1), (CircuitState.OPEN, 0)])
async def test_only_a_failure_while_the_service_works_for_others_is_the_pictures_own(
    state: CircuitState, failures: int
) -> None:
    buyer = Buyer(DOWN, DOWN, DOWN)
    with pytest.raises(RetriesExhaustedError):
        await buyer.buy(circuit=Circuit("api/m", state=state))
    record = await buyer.record()
    assert (record.failures, record.claim) == (failures, None)


class ScriptedRateLimiter:
    """Gives one kind of permit, and records the calls."""

    def __init__(self, permit: Permit, events: list[str] | None = None) -> None:
        self.permit = permit
        self.events = [] if events is None else events

    async def acquire_permit(self, route: str, *, at_most: float) -> Permit:
        self.events.append(f"permit within {at_most:g} s")
        return self.permit

    async def answered(self, route: str, permit: Permit, *, images_per_minute: int | None) -> None:
        assert permit is self.permit
        self.events.append(f"answered, limit {images_per_minute}")

    async def throttled(
        self, route: str, permit: Permit, *, images_per_minute: int | None, retry_after: float | None
    ) -> None:
        assert permit is self.permit
        self.events.append(f"throttled, limit {images_per_minute}, retry after {retry_after}")


@pytest.mark.parametrize("seconds", [0.2, 3.0])
async def test_the_rate_limiters_permit_is_waited_for_when_it_is_near(seconds: float) -> None:
    buyer = Buyer()
    buyer.services = replace(buyer.services, rate_limiter=ScriptedRateLimiter(Permit(seconds)))
    await buyer.buy()
    assert buyer.clock.slept == [seconds]


async def test_a_permit_that_is_far_away_is_waited_for_in_the_queue() -> None:
    buyer = Buyer()
    buyer.services = replace(buyer.services, rate_limiter=ScriptedRateLimiter(Permit(90.0, is_granted=False)))
    with pytest.raises(WaitError) as wait:
        await buyer.buy()
    assert wait.value.retry_after == 90.0
    assert (await buyer.record()).attempts == 0


async def test_the_rate_limiter_hears_of_each_429_and_of_the_picture() -> None:
    slow = ProviderThrottledError("slow", details={"images_per_minute": 30}, retry_after=2.0)
    buyer, rate_limiter = Buyer(slow, DOWN), ScriptedRateLimiter(Permit(0.0, version=7))
    buyer.services = replace(buyer.services, rate_limiter=rate_limiter)
    await buyer.buy()
    asked = "permit within 5 s"
    throttled = "throttled, limit 30, retry after 2.0"
    assert rate_limiter.events == [asked, throttled, asked, asked, "answered, limit None"]


async def test_paid_bytes_are_safe_before_the_rate_limiter_hears_of_them() -> None:
    events: list[str] = []

    class NotingStore(InMemoryImageStore):
        async def write_once(self, key: str, content: bytes, *, media_type: str) -> bool:
            events.append("stored")
            return await super().write_once(key, content, media_type=media_type)

    buyer = Buyer()
    buyer.services = replace(
        buyer.services, image_store=NotingStore(), rate_limiter=ScriptedRateLimiter(Permit(0.0), events)
    )
    await buyer.buy()
    assert events == ["permit within 5 s", "stored", "answered, limit None"]


async def test_a_rate_limiter_that_is_away_means_no_claim_and_no_call() -> None:
    class Away(ScriptedRateLimiter):
        async def acquire_permit(self, route: str, *, at_most: float) -> Permit:
            raise StoreUnavailableError("away")

    buyer = Buyer()
    buyer.services = replace(buyer.services, rate_limiter=Away(Permit(0.0)))
    with pytest.raises(StoreUnavailableError):
        await buyer.buy()
    assert buyer.model.requests == []
    assert (await buyer.record()).attempts == 0


class StoreThatIsAway(InMemoryImageStore):
    """Fails its first writings."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    async def write_once(self, key: str, content: bytes, *, media_type: str) -> bool:
        if self.left:
            self.left -= 1
            raise StoreUnavailableError("S3 is away")
        return await super().write_once(key, content, media_type=media_type)


async def test_paid_bytes_are_stored_as_soon_as_the_store_is_back() -> None:
    buyer = Buyer()
    buyer.services = replace(buyer.services, image_store=StoreThatIsAway(3))
    bought = await buyer.buy()
    assert bought.key == "images/x/take-01-claim-01.png"
    assert len(buyer.model.requests) == 1


async def test_a_store_that_stays_away_leaves_the_claim_as_the_trace_of_what_was_paid() -> None:
    buyer = Buyer()
    buyer.services = replace(buyer.services, image_store=StoreThatIsAway(100))
    with pytest.raises(StoreUnavailableError):
        await buyer.buy()
    assert (await buyer.record()).claim is not None


async def test_a_lost_answer_to_the_claim_costs_no_repay() -> None:
    buyer = Buyer(ledger=LedgerThatGoesAway(1, after_writing=True))
    await buyer.buy()
    record = await buyer.record()
    assert (record.attempts, record.repays) == (1, 0)


async def test_a_paid_picture_that_cannot_be_stored_keeps_its_claim_after_an_unbilled_try() -> None:
    buyer = Buyer(DOWN)
    buyer.services = replace(buyer.services, image_store=StoreThatIsAway(100))
    with pytest.raises(StoreUnavailableError):
        await buyer.buy()
    record = await buyer.record()
    assert (record.attempts, record.claim is None) == (2, False)


async def test_a_repay_for_a_dead_worker_that_is_lost_too_is_the_last_call() -> None:
    buyer = Buyer(LOST)
    deadline = buyer.clock.now() + timedelta(minutes=1)
    await buyer.world.ledger.claim(PICTURE, claim_id="dead", deadline=deadline, replacing=None)
    buyer.clock.advance(120)
    with pytest.raises(OutcomeUnknownError):
        await buyer.buy()
    assert len(buyer.model.requests) == 1


async def test_no_try_is_waited_for_that_would_begin_after_the_invocations_end() -> None:
    buyer = Buyer(DOWN, DOWN)
    with pytest.raises(ProviderUnavailableError):
        await buyer.buy(minutes=0.85)
    assert sum(buyer.clock.slept) < 51
