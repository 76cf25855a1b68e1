"""A story's maximum holds: what goes beyond one take of each picture is taken from the rest, or is not bought."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from picturebook.errors import InputRefusedError, OutcomeUnknownError, StoreUnavailableError
from picturebook.models.runs import Run
from picturebook.planning import drawing_options, plan_pictures, texts_of_the_story
from tests.fakes.image_model import FakeImageModel
from tests.fakes.picturebook_world import MODEL, World
from tests.fakes.stories import page, story

LOST = OutcomeUnknownError("read timeout")
TWO_PAGES: dict[str, object] = {"characters": [], "pages": [page(1), page(2)]}


def max_cost(world: World) -> Decimal:
    one = story(**TWO_PAGES)
    options, spec = drawing_options(one, world.services.catalogue, default_model=MODEL, today=date(2026, 11, 25))
    cost = plan_pictures(one, spec, options=options, texts=texts_of_the_story(one)).worst_cost_usd
    assert cost is not None
    return cost


async def accepted(world: World, *, spare: str | None) -> Run:
    """Accept two pages whose maximum leaves `spare` beside one take of each."""
    most = {} if spare is None else {"max_cost_usd": float(max_cost(world) + Decimal(spare))}
    return await world.accept(story(**TWO_PAGES, **most))


async def found(world: World, run: Run) -> Run:
    recorded = await world.ledger.find_run(run.story_id, run.revision)
    assert recorded
    return recorded


async def test_what_a_run_has_to_spare_is_on_record_from_its_beginning() -> None:
    world = World()
    assert (await accepted(world, spare="0.5")).spare_usd == Decimal("0.5")
    assert (await World().accept(story())).spare_usd is None


async def test_a_repay_is_taken_from_the_spare_once() -> None:
    world = World(FakeImageModel(LOST))
    run = await accepted(world, spare="0.5")
    message = world.queue.messages[0]
    await world.run_until_quiet()
    await world.draw(message)
    recorded = await found(world, run)
    assert recorded.charges == {"repay:page-001:1:1"}
    assert recorded.spare_usd is not None
    assert Decimal("0.5") - recorded.spare_usd > Decimal("0.03")
    assert world.published()[-1] != "BudgetExhausted"
    assert len(world.model.requests) == 3


@pytest.mark.parametrize("died", [False, True], ids=["in the living process", "with the worker that made it"])
async def test_a_repay_that_the_maximum_does_not_allow_is_not_made_and_says_why(died: bool) -> None:
    world = World(FakeImageModel() if died else FakeImageModel(LOST))
    run = await accepted(world, spare="0.001")
    if died:
        deadline = world.clock.now() + timedelta(minutes=11)
        await world.ledger.claim(run.picture("page-001"), claim_id="dead", deadline=deadline, replacing=None)
        world.clock.advance(12 * 60)
    await world.run_until_quiet()
    assert len(world.model.requests) == (1 if died else 2), "a call was made beyond the maximum"
    failed = world.events.of_type("ImageFailed")[0].data
    assert failed["reason"] == "outcome_unknown"
    assert "beyond what the story may cost" in str(failed["explanation"])
    (exhausted,) = world.events.of_type("BudgetExhausted")
    assert Decimal(str(exhausted.data["max_cost_usd"])) == max_cost(world) + Decimal("0.001")
    assert exhausted.data["spare_usd"] == "0.0010" or exhausted.data["spare_usd"] == "0.001"
    assert Decimal(str(exhausted.data["wanted_usd"])) > Decimal("0.03")
    assert "page-001" in str(exhausted.data["wanted_for"])
    assert world.published()[-1] == "StoryPartiallyCompleted"
    assert (await found(world, run)).charges == frozenset()


async def test_a_budget_that_is_exhausted_twice_is_one_fact() -> None:
    world = World(FakeImageModel(LOST, LOST))
    await accepted(world, spare="0.001")
    await world.run_until_quiet()
    published = world.events.of_type("BudgetExhausted")
    assert len(published) == 2
    assert len({(event.metadata.event_id, event.metadata.sequence) for event in published}) == 1
    assert world.published()[-1] == "StoryFailed"


async def test_the_spare_pays_for_as_many_repays_as_it_holds_and_no_more() -> None:
    world = World(FakeImageModel(LOST, None, LOST))
    run = await accepted(world, spare="0.05")
    await world.run_until_quiet()
    reasons = [event.data.get("reason") for event in world.events.of_type("ImageFailed")]
    assert reasons == ["outcome_unknown"]
    assert len(world.model.requests) == 3
    assert (await found(world, run)).charges == {"repay:page-001:1:1"}


async def test_a_story_without_a_maximum_is_charged_nothing() -> None:
    world = World(FakeImageModel(LOST))
    run = await accepted(world, spare=None)
    await world.run_until_quiet()
    assert (await found(world, run)).charges == frozenset()
    assert world.published()[-1] == "StoryCompleted"


async def test_without_failures_the_spending_policy_is_not_asked() -> None:
    world = World()
    await accepted(world, spare="0.5")

    class LedgerThatIsAskedNothing(type(world.ledger)):  # type: ignore[misc]  # the fake of this very world
        async def charge(self, *_: object) -> bool:
            raise AssertionError("charged")

        async def find_run(self, *_: object) -> Run:
            raise AssertionError("looked again")

    ledger = LedgerThatIsAskedNothing()
    ledger.tables = world.ledger.tables
    world.ledger = ledger
    await world.run_until_quiet()
    assert world.published()[-1] == "StoryCompleted"


async def test_an_exhausted_budget_is_announced_before_its_picture_ends() -> None:
    world = World(FakeImageModel(LOST))
    await accepted(world, spare="0.001")
    message = world.queue.messages[0]
    publish = world.events.publish

    async def away_for_budgets(events: object) -> None:
        if any(event.detail_type == "BudgetExhausted" for event in events):  # type: ignore[attr-defined]
            raise StoreUnavailableError("EventBridge is away")
        await publish(events)  # type: ignore[arg-type]  # passed on

    world.events.publish = away_for_budgets  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailableError):
        await world.draw(message)
    world.events.publish = publish  # type: ignore[method-assign]
    world.clock.advance(12 * 60)
    await world.draw(message)
    assert world.published().index("BudgetExhausted") < world.published().index("ImageFailed")
    assert len(world.model.requests) == 1


async def test_a_story_whose_price_is_unknown_is_drawn_and_its_cost_is_unknown_everywhere() -> None:
    world = World()
    world.price_is_unknown()
    await world.accept(story(**TWO_PAGES))
    await world.run_until_quiet()
    assert world.events.of_type("StoryAccepted")[0].data["worst_cost_usd"] == "unknown"
    assert all("cost_usd" not in event.data for event in world.events.of_type("ImageCompleted"))
    assert world.events.of_type("StoryCompleted")[0].data["cost_usd"] == "unknown"
    manifest = world.manifest()
    assert (manifest.cost_usd, manifest.worst_cost_usd) == (None, None)


async def test_a_story_with_a_maximum_and_an_unknown_price_is_refused_with_that_reason() -> None:
    world = World()
    world.price_is_unknown()
    with pytest.raises(InputRefusedError) as refused:
        await world.accept(story(max_cost_usd=100))
    assert refused.value.field == "max_cost_usd"
    assert "price of gpt-image-2 is unknown" in refused.value.problem
    assert world.model.requests == []


async def test_a_price_that_became_unknown_is_above_every_maximum() -> None:
    world = World(FakeImageModel(LOST))
    await accepted(world, spare="100")
    world.price_is_unknown()
    await world.run_until_quiet()
    assert len(world.model.requests) == 2
    assert world.events.of_type("BudgetExhausted")[0].data["wanted_usd"] == "unknown"
