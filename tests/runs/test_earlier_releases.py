"""What version 0.1.0 left in stores and queues is read as it was meant: a run under way ends as it would have then."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage, DrawPageMessage
from picturebook.models.pictures import Costs, PictureOutcome
from picturebook.models.runs import Run, UploadPosition
from picturebook.runs.plan_store import plan_key, read_plan
from picturebook.runs.start import start_run
from tests.fakes.clock import START
from tests.fakes.image_model import COST, picture
from tests.fakes.picturebook_world import World
from tests.fakes.stories import MIRA, TOCK, story

# As that version wrote them, in November 2026.
REVISION = "6055b7cf4e8450d9"
PLAN = b"""{"story":{"schema_version":"1.0","story_id":"lantern","title":"The Lantern","language":"en",
"style":"soft watercolour","characters":[{"name":"Mira","traits":["a small girl","curly red hair"]}],
"pages":[{"page_number":1,"text":"They walk through the forest.","characters":["Mira"]}],"size":"1024x640",
"on_unknown":"repay_once"},
"options":{"model":"gpt-image-2","size":"1024x640","quality":"medium","on_unknown":"repay_once"},
"spec":{"name":"gpt-image-2","size_rule":{"multiple_of":16,"most_ratio":3,"longest":3840,"least_pixels":655360,
"most_pixels":8294400},"default_size":"1024x1024",
"output_tokens":{"low":272,"medium":1056,"high":4160,"auto":4160},"most_prompt_characters":32000,
"most_references":16,"prices":{"text_in":"5","image_in":"8","image_out":"30"}},"correlation_id":"upload-1"}"""
COMMON = f""""schema_version":"1.0","run":{{"story_id":"lantern","revision":"{REVISION}"}},
"style":"soft watercolour","title":"The Lantern","model":"gpt-image-2","size":"1024x640","quality":"medium",
"on_unknown":"repay_once","correlation_id":"upload-1","take":1"""
SHEET = f"""{{{COMMON},"picture_id":"character-01",
"character":{{"name":"Mira","traits":["a small girl","curly red hair"]}}}}"""
PAGE = f"""{{{COMMON},"picture_id":"page-001","page":{{"page_number":1,"text":"They walk through the forest."}},
"characters":[{{"name":"Mira","traits":["a small girl","curly red hair"],"picture_id":"character-01","take":1}}]}}"""
DRAWN = """{"status":"drawn","attempts":1,
"key":"images/lantern/6055b7cf4e8450d9/character-01/take-01-claim-01.png","media_type":"image/png",
"width":1024,"height":640,"model":"gpt-image-2","cost_usd":"0.0305",
"usage":{"text_in":100,"image_in":0,"image_out":1000}}"""
REFUSED = """{"status":"failed","attempts":1,"model":"gpt-image-2","cost_usd":"0","reason":"refused_by_moderation",
"explanation":"no"}"""


async def world_of_before() -> tuple[World, Run]:
    """Return a world with a run that the earlier version recorded, and did not start."""
    world = World()
    pictures = frozenset({"character-01", "page-001"})
    run = Run(
        story_id="lantern",
        revision=REVISION,
        pictures_total=len(pictures),
        open_pictures=pictures,
        accepted_at=START,
        position=UploadPosition(moment=START),
    )
    await world.ledger.record_run(run)
    await world.store.write_once(plan_key("lantern", REVISION), PLAN, media_type="application/json")
    return world, run


async def go_on(world: World, run: Run, *queued: AnyDrawMessage) -> None:
    """Go on with the run, with the messages that wait in the queues where it was started."""
    await start_run(run, await read_plan(run, world.store), world.services, position=run.position)
    if queued:
        world.queue.messages[:] = queued
    await world.run_until_quiet()


async def test_a_run_under_way_has_the_pictures_that_it_was_recorded_with_and_ends() -> None:
    world, run = await world_of_before()
    await go_on(world, run)
    assert [one.picture_id for one in world.manifest().pictures] == ["character-01", "page-001"]
    assert len(world.model.requests) == 2
    assert world.published()[-1] == "StoryCompleted"


async def test_its_queued_messages_are_drawn_as_they_stand() -> None:
    world, run = await world_of_before()
    await go_on(world, run, DrawCharacterMessage.model_validate_json(SHEET))
    assert len(world.model.requests) == 2
    (reference,) = world.model.requests[-1].references
    assert reference.name == "Mira"
    assert world.published()[-1] == "StoryCompleted"


@pytest.mark.parametrize(
    ("ended", "costs"),
    [
        (DRAWN, Costs.of(text_in=Decimal("0.0005"), image_out=Decimal("0.03"))),
        (REFUSED, Costs.of()),
        (REFUSED.replace('"cost_usd":"0",', ""), Costs(chat=Decimal(0))),
    ],
    ids=["drawn", "refused", "unknown"],
)
async def test_what_its_pictures_cost_is_known_as_it_was_then(ended: str, costs: Costs) -> None:
    world, run = await world_of_before()
    sheet = run.picture("character-01")
    outcome = PictureOutcome.model_validate_json(ended)
    await world.ledger.decide(sheet, outcome, decided_at=START + timedelta(minutes=1))
    if outcome.key:
        await world.store.write_once(outcome.key, picture("1024x640"), media_type="image/png")
    run = await world.ledger.settle(run, "character-01", at=START + timedelta(minutes=1))
    await go_on(world, run, DrawPageMessage.model_validate_json(PAGE))
    published = world.manifest().pictures[0]
    assert (published.costs, published.cost_usd) == (costs, costs.total)
    if outcome.key:
        assert world.manifest().cost_usd == 2 * Decimal(COST)


async def test_a_plan_that_was_kept_without_its_messages_is_the_plan_that_it_was() -> None:
    world = World()
    run = await world.accept(story(characters=[MIRA, {**TOCK, "views": ["portrait"]}]))
    planned = await read_plan(run, world.store)
    key = plan_key(run.story_id, run.revision)
    document = json.loads(world.store.objects[key].content)
    kept = {name: value for name, value in document.items() if name not in ("characters", "pages")}
    await world.store.write(key, json.dumps(kept).encode(), media_type="application/json")
    assert await read_plan(run, world.store) == planned


async def test_a_message_that_was_sent_without_its_request_is_drawn_as_the_planned_one_is() -> None:
    prompts = []
    for leaves_out in (set(), {"request"}):
        world = World()
        await world.accept(story())
        world.queue.messages[:] = [
            type(message).model_validate_json(message.model_dump_json(exclude_none=True, exclude=leaves_out))
            for message in world.queue.messages
        ]
        await world.run_until_quiet()
        assert world.published()[-1] == "StoryCompleted"
        hashes = {one.picture_id: one.request_hash for one in world.manifest().pictures}
        prompts.append((world.model.prompts, hashes, world.manifest().cost_usd))
    assert prompts[0] == prompts[1]
