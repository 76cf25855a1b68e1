"""A story's texts: moderated, described within the maximum, and the same in every prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from picturebook.errors import InputRefusedError, OutcomeUnknownError, ProviderUnavailableError, RetryLater
from picturebook.models.bible import CharacterAppearance
from picturebook.models.moderation import ModerationStatus
from picturebook.models.pictures import Costs
from picturebook.picture_finishing import FinishedPicture, ProvenanceMetadata
from picturebook.ports.chat_model import ChatAnswer, ChatRequest
from picturebook.runs.plan_store import read_plan
from tests.fakes.clock import START
from tests.fakes.image_model import COST, USAGE, FakeImageModel, faint, picture, quick_finish
from tests.fakes.picturebook_world import World
from tests.fakes.stories import MIRA, TOCK, page, story
from tests.fakes.text_models import (
    CHAT_COST,
    REFUSED_WORD,
    FakeChatModel,
    FakeModerator,
    FakePrices,
    text_parts,
)

ONE_PAGE: dict[str, object] = {"characters": [MIRA], "pages": [page(1, "Mira")]}


def world_with_texts(*script: Exception | str | None, **parts: Any) -> World:
    world = World()
    world.use(**text_parts(**{"chat": FakeChatModel(*script), "moderator": FakeModerator(), **parts}))
    return world


def chat_of(world: World) -> FakeChatModel:
    assert isinstance(world.services.chat_model, FakeChatModel)
    return world.services.chat_model


def appearances_of(world: World) -> dict[str, CharacterAppearance]:
    bible = world.manifest().bible
    assert bible is not None
    return {look.name: look for look in bible.characters}


async def test_the_appearances_are_written_once_and_are_in_every_prompt() -> None:
    world = world_with_texts()
    await world.accept(story())
    await world.run_until_quiet()
    appearances = appearances_of(world)
    assert appearances["Mira"].source == "chat"
    line = f"Mira: {appearances['Mira'].description}"
    assert sum(line in prompt for prompt in world.model.prompts) == 3, "her sheet and both of her pages"
    assert sum(request.schema_name != "alt_text" for request in chat_of(world).requests) == 1


async def test_what_was_paid_for_texts_is_in_the_book_by_kind() -> None:
    world = world_with_texts()
    await world.accept(story(**ONE_PAGE))
    await world.run_until_quiet()
    manifest = world.manifest()
    assert manifest.bible_costs == Costs.of(chat=CHAT_COST)
    sheet, drawn = manifest.pictures
    assert (sheet.costs, drawn.costs) == (
        Costs.of(text_in=Decimal("0.0005"), image_out=Decimal("0.03")),
        Costs.of(text_in=Decimal("0.0005"), image_out=Decimal("0.03"), chat=CHAT_COST),
    )
    assert drawn.alt_text is not None
    assert drawn.alt_text.source == "chat"
    assert manifest.costs == Costs.of(text_in=Decimal("0.0010"), image_out=Decimal("0.06"), chat=2 * CHAT_COST)
    assert manifest.cost_usd == manifest.costs.total
    (ended,) = world.events.of_type("StoryCompleted")
    assert ended.data["costs"] == {"text_in": "0.0010", "image_in": "0", "image_out": "0.06", "chat": "0.004"}
    assert ended.data["cost_usd"] == "0.0650"
    assert USAGE.image_in == 0


async def test_each_picture_is_metered_once_by_the_worker_that_decided_it() -> None:
    world = world_with_texts()
    await world.accept(story(**ONE_PAGE))
    messages = await world.run_until_quiet()
    for message in messages:
        await world.draw(message)  # delivered again
    assert [model for model, _ in world.meter.counted] == ["gpt-image-2"] * 2
    assert sum((costs for _, costs in world.meter.counted), Costs.of()).chat == CHAT_COST


async def test_without_money_for_texts_the_story_is_drawn_with_its_own() -> None:
    plain = World()
    await plain.accept(story(**ONE_PAGE))
    least = float(str(plain.events.of_type("StoryAccepted")[0].data["worst_cost_usd"]))
    world = world_with_texts(prices=FakePrices(worst=Decimal("0.02")))
    await world.accept(story(**ONE_PAGE, max_cost_usd=round(least + 0.001, 4)))
    await world.run_until_quiet()
    assert chat_of(world).requests == []
    assert appearances_of(world)["Mira"].source == "traits"
    assert world.published()[-1] == "StoryCompleted"


async def test_a_maximum_covers_all_texts() -> None:
    world = world_with_texts()
    run = await world.accept(story(max_cost_usd=2))
    await world.run_until_quiet()
    manifest = world.manifest()
    assert manifest.worst_cost_usd is not None
    assert manifest.cost_usd is not None
    assert manifest.cost_usd <= manifest.worst_cost_usd <= 2
    assert run.spare_usd == 2 - manifest.worst_cost_usd


async def test_a_chat_model_without_a_price_is_asked_where_there_is_no_maximum_and_the_sum_is_unknown() -> None:
    world = world_with_texts(prices=FakePrices(is_known=False), chat_model="another-model")
    await world.accept(story(**ONE_PAGE))
    await world.run_until_quiet()
    manifest = world.manifest()
    assert (manifest.cost_usd, manifest.worst_cost_usd) == (None, None)
    assert manifest.costs is not None
    assert (manifest.costs.chat, manifest.costs.image_out) == (None, Decimal("0.06"))
    assert world.events.of_type("StoryCompleted")[0].data["costs"]["chat"] == "unknown"  # type: ignore[index]


async def test_a_chat_model_that_fails_costs_texts_and_no_picture() -> None:
    world = world_with_texts(*[ProviderUnavailableError("away")] * 20)
    await world.accept(story(**ONE_PAGE))
    await world.run_until_quiet()
    alt = world.manifest().pictures[1].alt_text
    assert alt is not None
    assert alt.source == "composed"
    assert world.published()[-1] == "StoryCompleted"


@pytest.mark.parametrize("alt_text", [None, "not JSON"], ids=["taken", "in vain"])
@pytest.mark.parametrize(("failures", "ending"), [(8, "drawn"), (99, "failed")])
async def test_a_picture_that_is_delivered_often_pays_for_its_alt_text_once(
    alt_text: str | None, failures: int, ending: str
) -> None:
    world = world_with_texts(None, *[alt_text] * 20)
    away = [ProviderUnavailableError("away", details={"status": 500})] * failures
    world.painter = world.model = FakeImageModel(*away)
    await world.accept(story(characters=[], pages=[page(1)]))
    await world.run_until_quiet()
    (one,) = world.manifest().pictures
    assert len(chat_of(world).requests) == 2, "the style, and the page's alt text"
    assert (one.status, one.costs and one.costs.chat) == (ending, CHAT_COST)
    assert one.cost_usd == (CHAT_COST + Decimal(COST) if ending == "drawn" else CHAT_COST)


async def test_texts_without_a_price_are_never_bought_for_a_story_with_a_maximum() -> None:
    world = world_with_texts(prices=FakePrices(is_known=False), chat_model="another-model")
    run = await world.accept(story(**ONE_PAGE, max_cost_usd=2))
    await world.run_until_quiet()
    assert chat_of(world).requests == []
    assert run.spare_usd
    assert world.published()[-1] == "StoryCompleted"


class SlowChatModel(FakeChatModel):
    """Answers after all other tasks have run."""

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
        for _ in range(100):
            await asyncio.sleep(0)
        return await super().complete(request, timeout_seconds=timeout_seconds)


async def test_an_alt_text_that_is_being_written_is_waited_for_when_its_picture_is_redelivered() -> None:
    world = World(FakeImageModel(*[ProviderUnavailableError("away", details={"status": 500})] * 2))
    world.use(**text_parts(chat=SlowChatModel()))
    await world.accept(story(characters=[], pages=[page(1)]))
    (message,) = world.queue.messages
    with pytest.raises(RetryLater):
        await world.draw(message)
    assert [key for key in world.store.objects if "/alt/" in key]
    await world.run_until_quiet()
    assert len(chat_of(world).requests) == 2


@pytest.mark.parametrize("content", [picture("1024x640"), b"no picture"], ids=["found", "found unusable"])
async def test_the_alt_text_of_a_picture_that_is_found_after_a_crash_is_counted(content: bytes) -> None:
    world = world_with_texts()
    await world.accept(story(characters=[], pages=[page(1)]))
    (message,) = world.queue.messages
    await world.ledger.claim(message.picture, claim_id="c1", deadline=START, replacing=None)
    key = f"images/{message.picture.owner}/page-001/take-01-claim-01.png"
    await world.store.write_once(key, content, media_type="image/png")
    world.clock.advance(1)
    await world.run_until_quiet()
    (one,) = world.manifest().pictures
    assert world.model.requests == []
    assert (one.costs and one.costs.chat, one.cost_usd) == (CHAT_COST, None)


async def test_what_is_shown_of_a_picture_carries_its_alt_text() -> None:
    world = world_with_texts()
    said: list[str | None] = []

    def finish(content: bytes, marks: ProvenanceMetadata) -> Sequence[FinishedPicture]:
        said.append(marks.alt_text)
        return quick_finish(content, marks)

    world.finish = finish
    await world.accept(story(characters=[], pages=[page(1)]))
    await world.run_until_quiet()
    alt = world.manifest().pictures[0].alt_text
    assert alt
    assert said == [alt.text]


async def test_no_alt_text_is_bought_for_a_picture_of_a_cancelled_story() -> None:
    world = world_with_texts()
    run = await world.accept(story(characters=[], pages=[page(1)]))
    (message,) = world.queue.messages
    claim = await world.ledger.claim(message.picture, claim_id="c1", deadline=START, replacing=None)
    key = f"images/{message.picture.owner}/page-001/take-01-claim-{claim.number:02d}.png"
    await world.store.write_once(key, picture("1024x640"), media_type="image/png")
    await world.command(action="cancel", story_id="lantern")
    await world.run_until_quiet()
    record = await world.services.ledger_maintenance.find_picture(run.picture("page-001"))
    assert record
    assert record.is_drawn
    assert len(chat_of(world).requests) == 1, "the style alone"


async def test_an_edited_page_asks_for_no_appearance_again_and_changes_none() -> None:
    world = world_with_texts()
    await world.accept(story())
    await world.run_until_quiet()
    before = world.manifest().bible
    await world.accept(story(pages=[page(1), page(2, "Mira"), page(3, "Mira", "Tock", text="They rest.")]), minute=1)
    await world.run_until_quiet()
    assert world.manifest().bible == before
    assert sum(request.schema_name != "alt_text" for request in chat_of(world).requests) == 1
    assert [p.picture_id for p in world.manifest().pictures if not p.is_reused] == ["page-003"]


async def test_only_a_changed_character_gets_a_new_appearance() -> None:
    world = world_with_texts()
    await world.accept(story())
    await world.run_until_quiet()
    taller = {**TOCK, "traits": ["a brass clockwork owl", "a red bow tie"]}
    await world.accept(story(characters=[MIRA, taller]), minute=1)
    await world.run_until_quiet()
    fresh = [p.picture_id for p in world.manifest().pictures if not p.is_reused]
    assert fresh == ["character-02", "page-003"]


@pytest.mark.parametrize("script", [(), (ProviderUnavailableError("away"),) * 4], ids=["details", "traits alone"])
async def test_a_long_description_of_a_character_is_in_the_prompt_whole(script: tuple[Exception, ...]) -> None:
    world = world_with_texts(*script)
    traits = [f"{'very ' * 90}tall {number}" for number in range(20)]
    await world.accept(story(characters=[{**MIRA, "traits": traits}], pages=[page(1, "Mira")]))
    await world.run_until_quiet()
    assert all(trait in prompt for prompt in world.model.prompts for trait in traits)
    assert world.published()[-1] == "StoryCompleted"


async def test_texts_for_which_the_prompts_have_no_room_are_left_out_and_refuse_no_story() -> None:
    world = world_with_texts()
    cast = [{"name": f"Fay {number}", "traits": ["x" * 480, "y" * 270], "views": []} for number in range(40)]
    crowd = [f"Fay {number}" for number in range(40)]
    run = await world.accept(story(characters=cast, pages=[page(1, *crowd)]))
    plan = await read_plan(run, world.store)
    assert {look.source for look in plan.texts.bible.characters} == {"traits"}
    assert plan.texts.bible_costs == Costs.of(chat=CHAT_COST), "it was paid all the same"
    edited = await world.accept(story(characters=cast, pages=[page(1, *crowd), page(2)]), minute=1)
    again = await read_plan(edited, world.store)
    assert (again.texts.bible, again.texts.bible_costs) == (plan.texts.bible, Costs.of()), "the same hero, bought once"


async def test_a_maximum_holds_when_the_cost_of_the_texts_is_unknown() -> None:
    plain = World()
    await plain.accept(story(**ONE_PAGE))
    least = float(str(plain.events.of_type("StoryAccepted")[0].data["worst_cost_usd"]))
    world = world_with_texts(OutcomeUnknownError("lost"))
    world.painter = world.model = FakeImageModel(faint("1024x640"))
    run = await world.accept(story(**ONE_PAGE, max_cost_usd=round(least + 0.06, 4)))
    await world.run_until_quiet()
    assert run.spare_usd == 0
    assert len(world.model.requests) == 2, "the faint sheet is not drawn once more"
    assert world.manifest().cost_usd is None
    assert world.published()[-1] == "StoryCompleted"


async def test_the_same_revision_again_is_drawn_with_its_stored_texts_and_pays_for_no_others() -> None:
    world = world_with_texts()
    await world.accept(story())
    paid = len(chat_of(world).requests)
    world.use(**text_parts(chat=chat_of(world), chat_model="another-model"))
    await world.accept(story(), minute=1)
    assert len(chat_of(world).requests) == paid
    await world.run_until_quiet()
    assert world.manifest().bible_costs == Costs.of(chat=CHAT_COST)


FLAGGED: dict[str, object] = {"characters": [], "pages": [page(1), page(2, text=f"It is {REFUSED_WORD}.")]}


async def test_a_flagged_story_is_refused_with_its_field_before_anything_is_paid() -> None:
    world = world_with_texts()
    with pytest.raises(InputRefusedError) as refused:
        await world.accept(story(**FLAGGED), moderation="refuse")
    assert (refused.value.field, refused.value.reason) == ("pages[1].text", "moderation")
    assert (refused.value.story_id, chat_of(world).requests, world.queue.messages) == ("lantern", [], [])


async def test_a_marked_story_is_drawn_and_says_so_on_the_bus_and_in_the_book() -> None:
    world = world_with_texts()
    await world.accept(story(**FLAGGED), moderation="mark")
    await world.run_until_quiet()
    moderation_result = world.manifest().moderation
    assert moderation_result is not None
    assert (moderation_result.status, moderation_result.flags[0].field) == (ModerationStatus.FLAGGED, "pages[1].text")
    published = world.events.of_type("StoryAccepted")[0].data["moderation"]
    assert published == {"status": "flagged", "flags": [{"field": "pages[1].text", "categories": ["violence"]}]}


@pytest.mark.parametrize("rule", ["refuse", "mark"])
async def test_a_moderation_that_cannot_be_asked_makes_the_story_wait_or_is_said(rule: str) -> None:
    world = world_with_texts(moderator=FakeModerator(*[ProviderUnavailableError("away")] * 4))
    if rule == "refuse":
        with pytest.raises(RetryLater):
            await world.accept(story(**ONE_PAGE), moderation="refuse")
        assert world.published() == []
        return
    await world.accept(story(**ONE_PAGE), moderation="mark")
    published = world.events.of_type("StoryAccepted")[0].data["moderation"]
    assert published == {"status": "unchecked", "flags": []}
