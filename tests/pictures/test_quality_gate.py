"""A picture with findings is drawn once more, from the budget, and then published as it is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from picturebook.errors import InputRefusedError, PromptRefusedError
from picturebook.models.pictures import PictureOutcome, PictureStatus
from tests.fakes.image_model import COST, FakeImageModel, faint, framed, photographed
from tests.fakes.picturebook_world import World
from tests.fakes.stories import MIRA, page, story

FLAWED = framed("1024x640")
# A sheet's plain ground is wanted: a frame is none there.
FAINT = faint("1024x640")


async def drawn(*script: Exception | bytes | None, **fields: object) -> World:
    world = World(FakeImageModel(*script))
    await world.accept(story(**{"characters": [], "pages": [page(1)], **fields}))
    await world.run_until_quiet()
    return world


async def test_a_flawless_picture_is_bought_once() -> None:
    world = await drawn()
    (picture,) = world.manifest().pictures
    assert len(world.model.requests) == 1
    assert (picture.findings, picture.needs_review, picture.take) == ((), False, 1)
    assert picture.scores["border"] > 50


async def test_a_flawed_one_is_drawn_once_more_and_the_better_one_is_published() -> None:
    world = await drawn(FLAWED)
    (picture,) = world.manifest().pictures
    assert (picture.take, picture.findings, picture.needs_review) == (2, (), False)
    assert len(world.model.requests) == 2
    assert picture.cost_usd == 2 * Decimal(COST), "both takes were paid"
    assert world.manifest().version == 1, "no person requested another take"
    assert world.published() == [
        *("StoryAccepted", "ImageStarted", "ImageRetrying", "ImageStarted"),
        *("ImageCompleted", "StoryProgressed", "StoryCompleted"),
    ]
    (retried,) = world.events.of_type("ImageRetrying")
    assert retried.data["findings"] == ["border"]


async def test_a_second_flawed_take_is_published_for_review_with_its_scores() -> None:
    world = await drawn(FLAWED, FLAWED, FLAWED)
    (picture,) = world.manifest().pictures
    assert len(world.model.requests) == 2, "one new take, not more"
    assert (picture.take, picture.findings, picture.needs_review) == (2, ("border",), True)
    (completed,) = world.events.of_type("ImageCompleted")
    assert completed.data["needs_review"] is True
    assert completed.data["findings"] == ["border"]
    assert completed.data["scores"] == dict(picture.scores)


async def test_where_the_maximum_allows_no_further_take_it_is_published_for_review() -> None:
    worst = float(await max_cost())
    world = await drawn(FLAWED, max_cost_usd=worst)
    assert len(world.model.requests) == 1
    assert world.manifest().pictures[0].needs_review
    assert world.published()[-1] == "StoryCompleted"
    (exhausted,) = world.events.of_type("BudgetExhausted")
    assert "take 2 of page-001" in str(exhausted.data["wanted_for"])


async def max_cost() -> Decimal:
    world = World()
    await world.accept(story(characters=[], pages=[page(1)]))
    accepted = world.events.of_type("StoryAccepted")[0]
    return Decimal(str(accepted.data["worst_cost_usd"]))


async def test_when_the_further_take_fails_the_first_one_is_published_for_review() -> None:
    world = await drawn(FLAWED, PromptRefusedError("no"))
    (picture,) = world.manifest().pictures
    assert (picture.take, picture.needs_review, picture.status) == (1, True, "drawn")
    (completed,) = world.events.of_type("ImageCompleted")
    assert completed.data["further_take"] == {"take": 2, "reason": "refused_by_moderation", "explanation": "no"}
    assert completed.metadata.sequence > world.events.of_type("ImageRetrying")[0].metadata.sequence
    assert not world.events.of_type("ImageFailed")
    assert world.published()[-1] == "StoryCompleted"


async def test_how_alike_a_page_is_to_its_sheets_is_announced_and_costs_nothing() -> None:
    world = await drawn(None, photographed("1024x640"), characters=[MIRA], pages=[page(1, "Mira")])
    drawn_page = world.manifest().pictures[1]
    assert len(world.model.requests) == 2
    assert (drawn_page.take, drawn_page.findings, drawn_page.needs_review) == (1, (), False)
    assert set(drawn_page.scores) == {"contrast", "border", "palette", "style"}
    assert drawn_page.scores["style"] < 31
    (completed,) = [e for e in world.events.of_type("ImageCompleted") if e.data["kind"] == "page"]
    assert completed.data["scores"] == dict(drawn_page.scores)


async def test_a_page_follows_the_newer_take_of_a_sheet() -> None:
    world = await drawn(FAINT, characters=[MIRA], pages=[page(1, "Mira")])
    sheet = world.manifest().pictures[0]
    assert sheet.take == 2
    (reference,) = world.model.requests[-1].references
    assert reference.content == world.store.objects[sheet.key or ""].content


async def test_a_page_follows_the_first_take_of_a_sheet_where_the_newer_one_failed() -> None:
    world = await drawn(FAINT, PromptRefusedError("no"), characters=[MIRA], pages=[page(1, "Mira")])
    sheet = world.manifest().pictures[0]
    assert sheet.take == 1
    (reference,) = world.model.requests[-1].references
    assert reference.content == FAINT


async def test_a_single_picture_without_a_story_is_bought_once_in_spite_of_findings() -> None:
    world = World(FakeImageModel(FLAWED))
    await world.request_page()
    await world.run_until_quiet()
    assert len(world.model.requests) == 1
    (completed,) = world.events.of_type("ImageCompleted")
    assert completed.data["needs_review"] is True


async def test_a_redelivered_flawed_take_opens_no_third_one() -> None:
    world = World(FakeImageModel(FLAWED))
    await world.accept(story(characters=[], pages=[page(1)]))
    (message,) = world.queue.messages
    await world.run_until_quiet()
    await world.draw(message)
    await world.run_until_quiet()
    assert len(world.model.requests) == 2
    assert world.published().count("StoryCompleted") <= 2
    assert len({e.metadata.event_id for e in world.events.of_type("StoryCompleted")}) == 1


async def test_what_the_gate_published_is_what_an_edited_story_shows() -> None:
    world = await drawn(FLAWED)
    kept = world.manifest().pictures[0].key
    await world.accept(story(characters=[], pages=[page(1)], title="Another"), minute=1)
    await world.run_until_quiet()
    assert len(world.model.requests) == 2
    assert world.manifest().pictures[0].key == kept


async def test_a_flawed_picture_of_a_story_that_was_cancelled_meanwhile_is_announced_and_not_drawn_again() -> None:
    world = World(FakeImageModel(FLAWED))
    await world.accept(story(characters=[], pages=[page(1)]))
    message = world.queue.messages.pop()
    await world.draw(message)
    await world.command(action="cancel", story_id="lantern")
    await world.draw(message)  # delivered again, as if its worker had died before it opened the further take
    await world.run_until_quiet()
    assert len(world.model.requests) == 1
    (completed,) = world.events.of_type("ImageCompleted")
    assert completed.data["needs_review"] is True


async def test_a_first_take_that_stands_for_a_failed_one_is_reused_for_review_and_not_drawn_again() -> None:
    world = await drawn(FLAWED, PromptRefusedError("no"))
    kept = world.manifest().pictures[0].key
    await world.accept(story(characters=[], pages=[page(1)], title="Another"), minute=1)
    await world.run_until_quiet()
    (picture,) = world.manifest().pictures
    assert len(world.model.requests) == 2
    assert (picture.key, picture.is_reused, picture.needs_review, picture.cost_usd) == (kept, True, True, Decimal(0))
    reused = world.events.of_type("ImageCompleted")[-1].data
    assert (reused["attempts"], reused["cost_usd"], reused["is_reused"]) == (0, "0", True)
    assert len(world.meter.counted) == 2, "what was reused was counted when it was bought"
    assert world.published()[-1] == "StoryCompleted"


async def test_a_picture_is_not_redrawn_while_its_further_take_is_about_to_be_opened() -> None:
    world = World(FakeImageModel(FLAWED))
    run = await world.accept(story(characters=[], pages=[page(1)]))
    flawed = PictureOutcome(status=PictureStatus.DRAWN, attempts=1, findings=("border",), is_retaken=True)
    await world.ledger.decide(run.picture("page-001"), flawed, decided_at=world.clock.now())
    with pytest.raises(InputRefusedError):
        await world.command(action="redraw", story_id="lantern", picture_id="page-001")
