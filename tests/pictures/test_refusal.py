"""A picture that can no longer be requested is refused only when it cannot have been paid for."""

from __future__ import annotations

import asyncio

import pytest

from picturebook.catalogue import Catalogue
from picturebook.errors import InputRefusedError, RetryLater
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import DrawnImage, ImageRequest, PictureOutcome, PictureStatus
from tests.fakes.image_model import FakeImageModel, picture
from tests.fakes.picturebook_world import MODEL, World
from tests.fakes.stories import page, story
from tests.use_cases.test_draw_picture import claim_of_a_dead_worker, request


def take_the_model_away(world: World) -> None:
    full = world.services.catalogue
    world.use(catalogue=Catalogue({n: full.spec(n) for n in full.names if n != MODEL}, {}))


async def claimed(**fields: object) -> tuple[World, AnyDrawMessage]:
    """Return a world in which a worker died with the claim of a run's page, and a deployment removed its model."""
    world = World()
    await world.accept(story(characters=[], pages=[page(1)], model=MODEL, **fields))
    [message] = world.queue.messages
    await claim_of_a_dead_worker(world, message.picture)
    take_the_model_away(world)
    return world, message


async def store_original_of(world: World, message: AnyDrawMessage, content: bytes) -> str:
    key = f"images/{message.picture.owner}/{message.picture.picture_id}/take-01-claim-01.png"
    await world.store.write_once(key, content, media_type="image/png")
    return key


async def outcome_of(world: World, message: AnyDrawMessage) -> PictureOutcome | None:
    record = await world.services.ledger_maintenance.find_picture(message.picture)
    assert record
    return record.outcome


async def test_a_duplicate_at_a_newer_deployment_does_not_take_a_live_workers_picture() -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    class Slow(FakeImageModel):
        async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
            begun.set()
            await gate.wait()
            return await super().draw(request, timeout_seconds=timeout_seconds)

    world = World(Slow())
    await world.accept(story(characters=[], pages=[page(1)], model=MODEL))
    [message] = world.queue.messages
    worker = asyncio.create_task(world.draw(message))
    await begun.wait()
    take_the_model_away(world)
    with pytest.raises(RetryLater):
        await world.draw(message)
    gate.set()
    await worker
    outcome = await outcome_of(world, message)
    assert outcome
    assert outcome.status is PictureStatus.DRAWN


async def test_while_a_claim_may_still_report_nothing_is_refused() -> None:
    world, message = await claimed()
    with pytest.raises(RetryLater) as retry_later:
        await world.draw(message)
    assert retry_later.value.seconds == 11 * 60
    assert await outcome_of(world, message) is None


@pytest.mark.parametrize("on_unknown", ["repay_once", "hold"])
async def test_a_paid_picture_is_found_though_its_model_is_gone(on_unknown: str) -> None:
    world, message = await claimed(on_unknown=on_unknown)
    key = await store_original_of(world, message, picture(message.size or ""))
    await world.run_until_quiet()
    [completed] = world.events.of_type("ImageCompleted")
    assert (completed.data["key"], completed.data["model"]) == (key, MODEL)
    assert "cost_usd" not in completed.data
    assert world.published()[-1] == "StoryCompleted"


async def test_what_is_found_is_checked_against_the_size_that_was_asked_for() -> None:
    world, message = await claimed()
    await store_original_of(world, message, picture("64x64"))
    await world.run_until_quiet()
    [failed] = world.events.of_type("ImageFailed")
    assert (failed.data["reason"], "cost_usd" in failed.data) == ("unusable_picture", False)


async def test_a_lost_call_is_said_to_be_unknown_and_its_run_ends() -> None:
    world, _ = await claimed()
    await world.run_until_quiet()
    [failed] = world.events.of_type("ImageFailed")
    assert (failed.data["reason"], "cost_usd" in failed.data) == ("outcome_unknown", False)
    assert "cannot be asked for again" in str(failed.data["explanation"])
    assert world.published()[-1] == "StoryFailed"


async def test_a_lost_call_is_held_when_the_publisher_says_so_and_what_it_cost_is_unknown() -> None:
    world, message = await claimed(on_unknown="hold")
    await world.run_until_quiet()
    [held] = world.events.of_type("ImageHeld")
    assert held.data["at_risk_usd"] == "unknown"
    assert await outcome_of(world, message) is None


async def test_a_hold_that_was_not_announced_is_kept_and_announced_though_the_model_is_gone() -> None:
    world, message = await claimed(on_unknown="hold")
    world.clock.advance(12 * 60)
    now = world.clock.now()
    await world.ledger.hold(message.picture, "dead", at=now, until=now + world.settings.hold_for)
    await world.draw(message.model_copy(update={"on_unknown": "repay_once"}))
    assert world.published()[-1] == "ImageHeld"
    assert await outcome_of(world, message) is None


async def test_a_lost_call_of_a_cancelled_run_is_neither_refused_nor_held() -> None:
    world, message = await claimed(on_unknown="hold")
    await world.command(action="cancel", story_id="lantern")
    world.clock.advance(12 * 60)
    await world.draw(message)
    [failed] = world.events.of_type("ImageFailed")
    assert failed.data["reason"] == "outcome_unknown"
    assert "cancelled" in str(failed.data["explanation"])


@pytest.mark.parametrize("fields", [{"size": "1024x640"}, {"size": None}], ids=["its size", "no size"])
async def test_a_requests_paid_picture_is_found_too(fields: dict[str, object]) -> None:
    world = World()
    message = request(model=MODEL, **fields)
    await claim_of_a_dead_worker(world, message.picture)
    key = await store_original_of(world, message, picture("1024x640"))
    take_the_model_away(world)
    world.clock.advance(12 * 60)
    await world.draw(message)
    assert [event.data["key"] for event in world.events.of_type("ImageCompleted")] == [key]


async def test_a_picture_that_was_drawn_is_announced_again_and_not_refused() -> None:
    world = World()
    message = request(model=MODEL)
    await world.draw(message)
    take_the_model_away(world)
    await world.draw(message)
    assert world.published() == ["ImageStarted", "ImageCompleted", "ImageCompleted"]


async def test_an_unclaimed_request_is_refused() -> None:
    world = World()
    take_the_model_away(world)
    with pytest.raises(InputRefusedError) as refused:
        await world.draw(request(model=MODEL))
    assert refused.value.field == "model"
    assert await world.services.ledger_maintenance.find_picture(request().picture) is None
