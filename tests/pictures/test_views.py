"""A character has several views: the full figure is drawn first, the others follow it, pages follow all of them."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from picturebook.errors import InputRefusedError, PromptRefusedError
from picturebook.models.messages import DrawCharacterMessage
from picturebook.models.pictures import ImageRequest
from picturebook.planning import StoryPlan
from picturebook.runs.plan_store import read_plan
from tests.fakes.image_model import FakeImageModel, picture
from tests.fakes.picturebook_world import World
from tests.fakes.stories import MIRA, TOCK, page, story

GIRL = {**MIRA, "views": None}
BY_ITSELF = {"schema_version": "1.0", "request_id": "fern"}
OWL = {**TOCK, "views": ["portrait", "from behind, wings spread"]}


async def planned(world: World, **fields: object) -> StoryPlan:
    return await read_plan(await world.accept(story(**fields)), world.store)


def request_of(world: World, words: str) -> ImageRequest:
    return next(request for request in world.model.requests if words in request.prompt)


async def test_a_character_has_a_full_figure_and_a_portrait_unless_the_story_says_otherwise() -> None:
    girl, owl, bare = {**MIRA, "views": None}, OWL, {**MIRA, "name": "Bare", "views": []}
    plan = await planned(World(), characters=[girl, owl, bare])
    assert [(m.picture.picture_id, m.view) for m in plan.characters] == [
        ("character-01", "full figure"),
        ("character-01-portrait", "portrait"),
        ("character-02", "full figure"),
        ("character-02-portrait", "portrait"),
        ("character-02-view-3", "from behind, wings spread"),
        ("character-03", "full figure"),
    ]


async def test_other_views_wait_for_the_full_figure_and_are_drawn_after_it() -> None:
    world = World()
    await world.accept(story(characters=[OWL], pages=[page(1, "Tock")]))
    assert [message.picture.picture_id for message in world.queue.messages] == ["character-01"]
    drawn = [message.picture.picture_id for message in await world.run_until_quiet()]
    assert drawn == ["character-01", "character-01-portrait", "character-01-view-3", "page-001"]
    portrait = request_of(world, "portrait of head and shoulders")
    assert [reference.name for reference in portrait.references] == ["Tock"]
    assert "reference picture 1 shows Tock" in portrait.prompt
    assert "from behind, wings spread" in world.model.requests[2].prompt


async def test_a_page_follows_each_characters_full_figure_first_and_then_the_other_views() -> None:
    world = World()
    await world.accept(story(characters=[GIRL, OWL], pages=[page(1, "Tock", "Mira")]))
    await world.run_until_quiet()
    drawn = request_of(world, "Page text")
    shown = (
        "1 shows Tock; reference picture 2 shows Mira; reference picture 3 shows Tock (portrait); reference picture 4 "
    )
    assert shown in drawn.prompt
    assert [reference.name for reference in drawn.references] == ["Tock", "Mira", "Tock", "Tock", "Mira"]


async def test_a_model_that_takes_two_references_gets_both_full_figures() -> None:
    world = World()
    spec = world.services.catalogue.spec("gpt-image-2").model_copy(update={"most_references": 2})
    world.serve_only(spec)
    await world.accept(story(characters=[GIRL, OWL], pages=[page(1, "Tock", "Mira")]))
    await world.run_until_quiet()
    drawn = request_of(world, "Page text")
    assert "reference picture 1 shows Tock; reference picture 2 shows Mira." in drawn.prompt
    assert len(drawn.references) == 2


async def test_a_model_that_takes_no_reference_draws_full_figures_and_pages_at_once_by_their_text() -> None:
    world = World()
    spec = world.services.catalogue.spec("gpt-image-2").model_copy(update={"most_references": 0})
    world.serve_only(spec)
    await world.accept(story(characters=[GIRL], pages=[page(1, "Mira")]))
    assert [message.picture.picture_id for message in world.queue.messages] == ["character-01", "page-001"]
    await world.run_until_quiet()
    assert all(not request.references for request in world.model.requests)
    assert "- Mira: a small girl, curly red hair, a yellow raincoat" in request_of(world, "Page text").prompt


async def test_a_portrait_that_fails_stops_no_page_and_is_not_named_in_its_prompt() -> None:
    world = World(FakeImageModel(None, PromptRefusedError("no")))
    await world.accept(story(characters=[GIRL], pages=[page(1, "Mira")]))
    await world.run_until_quiet()
    drawn = request_of(world, "Page text")
    assert [reference.name for reference in drawn.references] == ["Mira"]
    assert "portrait" not in drawn.prompt
    manifest = world.manifest()
    assert [picture.reason for picture in manifest.pictures] == [None, "refused_by_moderation", None]
    assert manifest.pictures[2].prompt == drawn.prompt
    assert world.published()[-1] == "StoryPartiallyCompleted"


async def test_without_its_full_figure_neither_a_view_nor_a_page_is_drawn() -> None:
    world = World(FakeImageModel(PromptRefusedError("no")))
    await world.accept(story(characters=[GIRL], pages=[page(1, "Mira"), page(2)]))
    await world.run_until_quiet()
    reasons = {picture.picture_id: picture.reason for picture in world.manifest().pictures}
    assert reasons == {
        "character-01": "refused_by_moderation",
        "character-01-portrait": "sheet_not_drawn",
        "page-001": "sheet_not_drawn",
        "page-002": None,
    }
    assert len(world.model.requests) == 2


async def test_a_large_sheet_is_sent_along_smaller_and_kept_as_it_was_drawn() -> None:
    world = World()
    await world.accept(story(characters=[MIRA], pages=[page(1, "Mira")], size="2048x1024"))
    await world.run_until_quiet()
    (reference,) = request_of(world, "Page text").references
    with Image.open(io.BytesIO(reference.content)) as sent:
        assert sent.size == (1024, 512)
    kept = world.store.objects[world.manifest().pictures[0].key or ""].content
    assert kept == picture("2048x1024", world.model.requests[0].prompt)


CUT_OFF = picture("1024x640", "x")[:-400]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "does not exist"), (b"<html>", "cannot be used"), (CUT_OFF, "cannot be used")],
    ids=["missing", "HTML", "cut off"],
)
async def test_a_reference_that_is_no_picture_is_refused_before_anything_is_bought(
    content: bytes | None, problem: str
) -> None:
    world = World()
    key = "images/fern/sheet.png"
    if content is not None:
        await world.store.write(key, content, media_type="image/png")
    await world.request_page(characters=[{"name": "Mira", "traits": ["a girl"], "reference_key": key}])
    with pytest.raises(InputRefusedError, match=problem) as refused:
        await world.run_until_quiet()
    assert refused.value.field == "reference_key"
    assert world.model.requests == []


async def test_a_single_view_may_follow_a_stored_picture() -> None:
    world = World()
    key = "images/fern/sheet.png"
    await world.store.write(key, picture("1024x640", "an earlier one"), media_type="image/png")
    asked = {"character": MIRA, "view": "from behind", "reference_key": key, "style": "ink", "size": "1024x640"}
    await world.draw(DrawCharacterMessage.model_validate_json(json.dumps({**BY_ITSELF, **asked})))
    (request,) = world.model.requests
    assert [reference.name for reference in request.references] == ["Mira"]
    assert "from behind" in request.prompt
    assert world.published() == ["ImageStarted", "ImageCompleted"]
