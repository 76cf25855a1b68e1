"""A lost call waits for a person: nothing is bought meanwhile, nothing is lost, and the money at risk is said."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from picturebook.catalogue import Catalogue
from picturebook.errors import OutcomeUnknownError, RetryLater, StoreUnavailableError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord
from picturebook.pictures.hold import end_hold, read_held_message
from tests.fakes.failing_stores import CrashAt
from tests.fakes.image_model import FakeImageModel, picture
from tests.fakes.picturebook_world import MODEL, World
from tests.fakes.stories import page, story
from tests.use_cases.test_draw_picture import claim_of_a_dead_worker, request

LOST = OutcomeUnknownError("read timeout")
HELD_MESSAGE = "books/_requests/r-1/held/page-007/take-0001.json"


async def record_of(world: World, message: AnyDrawMessage) -> PictureRecord:
    return (await world.ledger.admit(message.picture, sheets=[], route="any")).record


async def held_request(world: World) -> AnyDrawMessage:
    message = request(on_unknown="hold")
    await world.draw(message)
    return message


@pytest.mark.parametrize("died", [False, True], ids=["in the living process", "with the worker that made it"])
async def test_a_lost_call_is_held_for_three_days_and_its_message_kept(died: bool) -> None:
    world = World(FakeImageModel(LOST))
    message = request(on_unknown="hold")
    if died:
        await claim_of_a_dead_worker(world, message.picture)
        world.clock.advance(12 * 60)
    await world.draw(message)
    assert len(world.model.requests) == (0 if died else 1)
    record = await record_of(world, message)
    assert record.outcome is None
    assert record.held_until == world.clock.now() + timedelta(hours=72)
    assert await read_held_message(message.picture, world.store) == message
    assert list(world.store.objects) == [HELD_MESSAGE]


async def test_a_hold_says_until_when_and_what_money_is_at_risk() -> None:
    world = World(FakeImageModel(LOST))
    message = await held_request(world)
    (published,) = world.events.of_type("ImageHeld")
    assert published.data["picture_id"] == "page-007"
    assert published.data["request_id"] == "r-1"
    assert published.data["attempts"] == 1
    assert published.data["held_until"] == (world.clock.now() + timedelta(hours=72)).isoformat()
    assert Decimal(str(published.data["at_risk_usd"])) > 0
    assert "may have been billed" in str(published.data["explanation"])
    assert world.published() == ["ImageStarted", "ImageHeld"]
    sequences = [event.metadata.sequence for event in world.events.events]
    assert sequences[0] < sequences[1], f"{message.picture} is held after it was begun"


async def test_what_is_at_risk_at_an_unknown_price_is_unknown() -> None:
    world = World(FakeImageModel(LOST))
    world.price_is_unknown()
    await held_request(world)
    assert world.events.of_type("ImageHeld")[0].data["at_risk_usd"] == "unknown"


async def test_a_deployment_says_how_long_a_person_is_asked() -> None:
    world = World(FakeImageModel(LOST))
    message = request(on_unknown="hold")
    world.settings = replace(world.settings, hold_for=timedelta(hours=1))
    await world.draw(message)
    assert (await record_of(world, message)).held_until == world.clock.now() + timedelta(hours=1)


async def test_a_held_picture_whose_message_is_redelivered_buys_nothing_and_announces_the_same_fact() -> None:
    world = World(FakeImageModel(LOST))
    message = await held_request(world)
    world.clock.advance(3600)
    await world.draw(message)
    assert len(world.model.requests) == 1
    published = world.events.of_type("ImageHeld")
    assert len(published) == 2
    assert published[0] == published[1]


async def test_a_story_whose_picture_is_held_stays_open_and_the_other_pictures_go_on() -> None:
    world = World(FakeImageModel(LOST))
    run = await world.accept(story(characters=[], pages=[page(1), page(2)], on_unknown="hold"))
    await world.run_until_quiet()
    found = await world.ledger.find_run("lantern", run.revision)
    assert found
    assert (found.open_pictures, found.ending) == (frozenset({"page-001"}), None)
    assert [e.data["picture_id"] for e in world.events.of_type("ImageCompleted")] == ["page-002"]


async def test_a_picture_that_was_stored_before_the_crash_is_found_and_not_held() -> None:
    world = World()
    message = request(on_unknown="hold")
    await claim_of_a_dead_worker(world, message.picture)
    key = "images/_requests/r-1/page-007/take-01-claim-01.png"
    await world.store.write_once(key, picture("1024x640", "before the crash"), media_type="image/png")
    world.clock.advance(12 * 60)
    await world.draw(message)
    assert world.published() == ["ImageCompleted"]


async def test_a_hold_that_is_not_resolved_ends_as_unknown_and_so_does_its_story() -> None:
    world = World(FakeImageModel(LOST))
    run = await world.accept(story(characters=[], pages=[page(1), page(2)], on_unknown="hold"))
    await world.run_until_quiet()
    for _ in range(2):
        await end_hold(run.picture("page-001"), world.services, why="it was not resolved in time")
    failed = world.events.of_type("ImageFailed")[0].data
    assert failed["reason"] == "outcome_unknown"
    assert "it was not resolved in time" in str(failed["explanation"])
    assert "cost_usd" not in failed
    assert world.published().count("StoryPartiallyCompleted") == 1
    assert len(world.model.requests) == 2


async def test_ending_a_hold_that_is_none_changes_nothing() -> None:
    world = World()
    await end_hold(request().picture, world.services)
    await claim_of_a_dead_worker(world, request().picture)
    await end_hold(request().picture, world.services)
    assert world.events.events == []
    assert (await record_of(world, request())).outcome is None


async def test_a_hold_that_a_person_resolves_while_it_is_being_ended_is_theirs() -> None:
    world = World(FakeImageModel(LOST))
    message = await held_request(world)

    class UpkeepWithPerson(type(world.services.ledger_maintenance)):  # type: ignore[misc]  # the fake of this very world
        async def find_picture(self, picture: PictureRef) -> PictureRecord | None:
            record: PictureRecord | None = await super().find_picture(picture)
            assert record
            assert record.claim
            await world.services.ledger_maintenance.permit_repay(
                picture, record.claim.claim_id, command_id="w", at=world.clock.now()
            )
            return record

    await end_hold(message.picture, replace(world.services, ledger_maintenance=UpkeepWithPerson(world.ledger.tables)))
    assert (await record_of(world, message)).outcome is None
    assert world.events.of_type("ImageFailed") == []


@pytest.mark.parametrize("after_acting", [False, True], ids=["before", "after"])
async def test_a_crash_at_any_point_of_holding_loses_nothing(after_acting: bool) -> None:
    for number in range(1, 40):
        world = World(FakeImageModel(LOST))
        message = request(on_unknown="hold")
        await claim_of_a_dead_worker(world, message.picture)
        world.clock.advance(12 * 60)
        crash = CrashAt(number, after_acting=after_acting)
        services = crash.services(world.services)
        try:
            await world.draw(message, services)
        except StoreUnavailableError:
            await world.draw(message, services)
        assert world.model.requests == []
        assert (await record_of(world, message)).held_until
        assert await read_held_message(message.picture, world.store) == message
        assert len({event.metadata.event_id for event in world.events.of_type("ImageHeld")}) == 1
        if not crash.has_struck:
            assert number > 4
            return
    pytest.fail("it never went through")


@pytest.mark.parametrize("after_acting", [False, True], ids=["before", "after"])
async def test_a_crash_at_any_point_of_ending_a_hold_loses_nothing(after_acting: bool) -> None:
    for number in range(1, 60):
        world = World(FakeImageModel(LOST))
        run = await world.accept(story(characters=[], pages=[page(1)], on_unknown="hold"))
        await world.run_until_quiet()
        crash = CrashAt(number, after_acting=after_acting)
        services = crash.services(world.services)
        with contextlib.suppress(StoreUnavailableError):
            await end_hold(run.picture("page-001"), services)
        # The index of unfinished work lists it as long as a step is left to do.
        for left in (await world.services.ledger_maintenance.unfinished()).held:
            await end_hold(left, world.services)
        assert list((await world.services.ledger_maintenance.unfinished()).held) == []
        assert len({event.metadata.event_id for event in world.events.of_type("ImageFailed")}) == 1
        assert len({event.metadata.event_id for event in world.events.of_type("StoryFailed")}) == 1
        found = await world.ledger.find_run("lantern", run.revision)
        assert found
        assert found.is_confirmed
        if not crash.has_struck:
            assert number > 8
            return
    pytest.fail("it never went through")


@pytest.mark.parametrize("after_acting", [False, True], ids=["before", "after"])
async def test_the_end_of_a_requests_hold_is_announced_although_a_worker_dies_on_the_way(after_acting: bool) -> None:
    for number in range(1, 20):
        world = World(FakeImageModel(LOST))
        message = await held_request(world)
        crash = CrashAt(number, after_acting=after_acting)
        with contextlib.suppress(StoreUnavailableError):
            await end_hold(message.picture, crash.services(world.services))
        for left in (await world.services.ledger_maintenance.unfinished()).held:
            await end_hold(left, world.services)
        assert world.events.of_type("ImageFailed")
        if not crash.has_struck:
            assert number > 4
            return
    pytest.fail("it never went through")


async def test_a_worker_that_finds_another_claim_than_the_lost_one_retries_later() -> None:
    world = World()
    message = request(on_unknown="hold")
    await claim_of_a_dead_worker(world, message.picture)
    world.clock.advance(12 * 60)

    class LedgerWithRival(type(world.ledger)):  # type: ignore[misc]  # the fake of this very world
        async def hold(self, *args: object, **arguments: object) -> PictureRecord:
            await self.release(message.picture, "dead")
            await claim_of_a_dead_worker(world, message.picture)
            record: PictureRecord = await super().hold(message.picture, "another", **arguments)
            return record

    ledger = LedgerWithRival()
    ledger.tables = world.ledger.tables
    world.ledger = ledger
    with pytest.raises(RetryLater):
        await world.draw(message)
    assert world.events.events == []


async def test_a_held_request_that_is_sent_again_with_another_on_unknown_is_still_held() -> None:
    world = World(FakeImageModel(LOST))
    await held_request(world)
    world.clock.advance(3600)
    await world.draw(request(on_unknown="repay_once"))
    assert len(world.model.requests) == 1
    assert world.published().count("ImageHeld") == 2


async def test_a_held_picture_stays_held_when_a_deployment_takes_its_model_away() -> None:
    world = World(FakeImageModel(LOST))
    run = await world.accept(story(characters=[], pages=[page(1)], model=MODEL, on_unknown="hold"))
    (message,) = world.queue.messages
    await world.run_until_quiet()
    full = world.services.catalogue
    world.use(catalogue=Catalogue({"gpt-image-2.6-flare": full.spec("gpt-image-2.6-flare")}, {}))
    await world.draw(message)
    record = await world.services.ledger_maintenance.find_picture(run.picture("page-001"))
    assert record
    assert (record.outcome, record.held_until is not None) == (None, True)
