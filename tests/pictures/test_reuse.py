"""Within a story the same request is not bought again, and a changed one is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from picturebook.errors import InputRefusedError, PromptRefusedError
from tests.fakes.image_model import FakeImageModel
from tests.fakes.picturebook_world import World
from tests.fakes.stories import MIRA, TOCK, page, story, story_document

PAGES = [page(1, "Mira"), page(2, "Tock", text="Tock strikes ten."), page(3)]


async def drawn_after(world: World, *, minute: int, **fields: object) -> list[str]:
    """Hand the edited story in, draw, and return which pictures were bought for it."""
    before = len(world.model.requests)
    await world.accept(story(**{"pages": PAGES, **fields}), minute=minute)
    await world.run_until_quiet()
    bought = world.model.requests[before:]
    manifest = world.manifest()
    prompts = {request.prompt for request in bought}
    return [p.picture_id for p in manifest.pictures if p.prompt in prompts and not p.is_reused]


async def drawn_once(**fields: object) -> World:
    world = World()
    await world.accept(story(**{"pages": PAGES, **fields}))
    await world.run_until_quiet()
    assert len(world.model.requests) == 5
    return world


async def test_the_same_story_again_buys_nothing() -> None:
    world = await drawn_once()
    assert await drawn_after(world, minute=1) == []
    assert len(world.model.requests) == 5


async def test_a_story_with_one_page_changed_buys_one_picture() -> None:
    world = await drawn_once()
    pages = [PAGES[0], page(2, "Tock", text="Tock strikes eleven."), PAGES[2]]
    assert await drawn_after(world, minute=1, pages=pages) == ["page-002"]
    manifest = world.manifest()
    assert {p.picture_id for p in manifest.pictures if p.is_reused} == {
        "character-01",
        "character-02",
        "page-001",
        "page-003",
    }
    assert manifest.cost_usd == Decimal("0.0305")
    assert all(p.cost_usd == 0 for p in manifest.pictures if p.is_reused)
    assert world.published().count("StoryCompleted") == 2


async def test_a_changed_character_is_drawn_anew_and_so_are_the_pages_with_it() -> None:
    world = await drawn_once()
    taller = {**TOCK, "traits": ["a brass clockwork owl", "a red bow tie"]}
    assert await drawn_after(world, minute=1, characters=[MIRA, taller]) == ["character-02", "page-002"]


async def test_another_style_is_another_book() -> None:
    world = await drawn_once()
    assert len(await drawn_after(world, minute=1, style="ink and wash")) == 5


@pytest.mark.parametrize(
    "edit",
    [
        {"title": "The Brass Lantern"},
        {"max_cost_usd": 9},
        {"pages": [page(5, "Mira"), page(7, "Tock", text="Tock strikes ten."), page(9)]},
        {"characters": [TOCK, MIRA]},
    ],
    ids=["title", "maximum", "page numbers", "order of the cast"],
)
async def test_what_no_picture_shows_changes_no_picture(edit: dict[str, object]) -> None:
    world = await drawn_once()
    assert await drawn_after(world, minute=1, **edit) == []


async def test_two_pages_of_the_same_text_are_two_pictures_and_stay_so() -> None:
    world = World()
    twins = [page(1), page(2), page(3, text="Then it snows.")]
    await world.accept(story(characters=[], pages=twins))
    await world.run_until_quiet()
    assert len({picture.key for picture in world.manifest().pictures}) == 3
    assert await drawn_after(world, minute=1, characters=[], pages=twins[:2]) == []
    assert len({picture.key for picture in world.manifest().pictures}) == 2


async def test_what_failed_before_is_tried_again() -> None:
    world = World(FakeImageModel(PromptRefusedError("no")))
    await world.accept(story(characters=[], pages=[page(1), page(2, text="They sleep.")]))
    await world.run_until_quiet()
    edited = [page(1), page(2, text="They sleep."), page(3, text="They wake.")]
    assert await drawn_after(world, minute=1, characters=[], pages=edited) == ["page-001", "page-003"]


async def test_a_persons_redraw_is_bought_and_is_what_later_revisions_show() -> None:
    world = await drawn_once()
    await world.command(action="redraw", story_id="lantern", picture_id="page-003")
    await world.run_until_quiet()
    assert len(world.model.requests) == 6
    redrawn = world.manifest().pictures[-1].key
    assert await drawn_after(world, minute=1, title="Another title") == []
    assert world.manifest().pictures[-1].key == redrawn


async def test_so_is_the_redraw_of_a_page_whose_character_has_no_portrait_because_that_failed() -> None:
    world = World(FakeImageModel(None, PromptRefusedError("no")))
    fields: dict[str, object] = {"characters": [{**MIRA, "views": None}], "pages": PAGES[:1]}
    await world.accept(story(**fields))
    await world.run_until_quiet()
    await world.command(action="redraw", story_id="lantern", picture_id="page-001")
    await world.run_until_quiet()
    redrawn = world.manifest().pictures[-1]
    assert (redrawn.take, len(world.model.requests[-1].references)) == (2, 1)
    assert await drawn_after(world, minute=1, title="Another title", **fields) == ["character-01-portrait"]
    assert world.manifest().pictures[-1].key == redrawn.key


async def test_what_cannot_be_read_is_bought_anew(caplog: pytest.LogCaptureFixture) -> None:
    world = await drawn_once()
    for key in [key for key in world.store.objects if "/drawn/" in key]:
        unread = b'{"status": "drawn", "attempts": 1, "of_a_later_release": 1}'
        await world.store.write(key, unread, media_type="application/json")
    assert len(await drawn_after(world, minute=1, title="Another title")) == 5
    assert world.published()[-1] == "StoryCompleted"
    assert "cannot be read" in caplog.text


async def test_what_was_drawn_already_costs_nothing_in_the_estimate_either() -> None:
    world = await drawn_once()
    pages = [*PAGES, page(4, text="They sleep.")]
    with pytest.raises(InputRefusedError):
        await World().accept(story(pages=pages, max_cost_usd=0.1))
    run = await world.accept(story(pages=pages, max_cost_usd=0.1), minute=1)
    await world.run_until_quiet()
    assert run.spare_usd is not None
    assert run.spare_usd > Decimal("0.05")
    assert world.published()[-1] == "StoryCompleted"


@pytest.mark.parametrize(("spare", "ending"), [(0.1, "StoryCompleted"), (0.001, "StoryPartiallyCompleted")])
async def test_a_picture_that_is_gone_is_bought_from_what_is_left_or_not_at_all(spare: float, ending: str) -> None:
    world = await drawn_once()
    gone = world.manifest().pictures[-1].key
    await world.accept(story(pages=PAGES, max_cost_usd=spare), minute=1)
    del world.store.objects[gone or ""]
    await world.run_until_quiet()
    assert world.published()[-1] == ending
    assert len(world.model.requests) == (6 if ending == "StoryCompleted" else 5)
    assert world.manifest().pictures[-1].reason == (None if ending == "StoryCompleted" else "over_budget")


async def test_a_picture_whose_call_was_lost_goes_on_and_its_money_stays_unknown() -> None:
    world = await drawn_once()
    await world.accept(story(pages=PAGES, title="Another"), minute=1)
    message = next(m for m in world.queue.messages if m.picture.picture_id == "page-003")
    await world.ledger.claim(message.picture, claim_id="lost", deadline=world.clock.now(), replacing=None)
    world.clock.advance(1)
    await world.run_until_quiet()
    lost = world.manifest().pictures[-1]
    assert (lost.is_reused, lost.lost_calls, lost.cost_usd) == (False, 1, None)


async def test_another_storys_pictures_are_not_ours() -> None:
    world = await drawn_once()
    await world.accept(story(pages=PAGES, story_id="other"), minute=1)
    await world.run_until_quiet()
    assert len(world.model.requests) == 10


async def test_nothing_is_looked_up_where_no_revision_went_before() -> None:
    world = World()
    asked: list[str] = []
    original = world.store.keys

    async def keys(prefix: str) -> object:
        asked.append(prefix)
        return await original(prefix)

    world.store.keys = keys  # type: ignore[method-assign, assignment]  # a wiretap on the fake
    await world.accept(story(**story_document(pages=PAGES)))
    assert asked == []
