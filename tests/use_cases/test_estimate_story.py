"""What is said beforehand holds: no run costs more for one take of each picture, and nothing is done to say it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from picturebook.catalogue import ChatSpec, load_catalogue
from picturebook.errors import InputRefusedError
from picturebook.planning import Estimate, drawing_options
from picturebook.prompts.picture_prompt import MOST_CHARACTERS_IN_PROMPT
from picturebook.use_cases.estimate_story import estimate_story
from tests.fakes.dear_models import DearChatModel, DearImageModel
from tests.fakes.image_model import FakeImageModel
from tests.fakes.picturebook_world import MODEL, World
from tests.fakes.stories import MIRA, TOCK, page, story
from tests.fakes.text_models import FakeChatModel, text_parts

CHAT = load_catalogue().chat_or_unknown("gpt-5.4-mini")
UNKNOWN_PRICES = ChatSpec(name=CHAT.name, prices=None)
WITH_PORTRAIT = {**MIRA, "views": ["portrait"]}
PAGES = [page(1, "Mira"), page(2, "Tock", text="Tock strikes ten."), page(3, "Mira", "Tock"), page(4)]
TOLD: dict[str, Any] = {"characters": [WITH_PORTRAIT, TOCK], "pages": PAGES}
TALLER = {**TOCK, "traits": ["a brass clockwork owl", "a red bow tie"]}
# What rounding up to a hundredth of a cent adds to a picture, and a little for the words.
ROUNDING = Decimal("0.0002")


def dear_world(chat: ChatSpec | None = CHAT) -> World:
    world = World(DearImageModel())
    world.use(**text_parts(chat=DearChatModel() if chat else None, prices=chat or CHAT, moderator=None))
    return world


async def estimated(world: World, *, chat: ChatSpec | None = CHAT, **fields: Any) -> Estimate:
    given = story(**{**TOLD, **fields})
    options, spec = drawing_options(given, load_catalogue(), default_model=MODEL, today=date(2026, 11, 25))
    return await estimate_story(given, spec, options=options, chat=chat, store=world.store)


async def paid(world: World, *, minute: int = 0, **fields: Any) -> Decimal:
    """Hand the story in, draw it, and return what that cost."""
    await world.accept(story(**{**TOLD, **fields}), minute=minute)
    await world.run_until_quiet()
    cost = world.manifest().cost_usd
    assert cost is not None
    return cost


def known(amount: Decimal | None) -> Decimal:
    assert amount is not None
    return amount


@pytest.mark.parametrize(("chat", "quality"), [(CHAT, "high"), (None, "low")], ids=["with a chat model", "without one"])
async def test_a_first_upload_costs_no_more_and_may_cost_all_of_it(chat: ChatSpec | None, quality: str) -> None:
    world = dear_world(chat)
    most = known((await estimated(world, chat=chat, quality=quality)).at_most_usd)
    cost = await paid(world, quality=quality)
    assert cost <= most <= cost + len(world.manifest().pictures) * ROUNDING


async def test_nothing_is_written_bought_or_asked_for_an_estimate() -> None:
    world = dear_world()
    await paid(world)
    before = dict(world.store.objects), len(world.model.requests), len(world.published())
    await estimated(world, pages=[*PAGES, page(5)], characters=[WITH_PORTRAIT, TALLER])
    assert (dict(world.store.objects), len(world.model.requests), len(world.published())) == before


EDITS: list[tuple[dict[str, Any], list[str], tuple[str, ...]]] = [
    ({"pages": [*PAGES[:3], page(4, text="Snow falls.")]}, ["page-004"], ()),
    ({"characters": [WITH_PORTRAIT, TALLER]}, ["character-02", "page-002", "page-003"], ("Tock",)),
    ({"title": "Another title"}, [], ()),
]


@pytest.mark.parametrize(("edit", "bought", "looks"), EDITS, ids=["a page", "a character", "the title"])
async def test_an_edited_story_costs_what_changed_and_no_more(
    edit: dict[str, Any], bought: list[str], looks: tuple[str, ...]
) -> None:
    world = dear_world()
    await paid(world)
    estimate = await estimated(world, **edit)
    assert [m.picture.picture_id for m in estimate.plan.messages if estimate.is_bought(m)] == bought
    assert (estimate.asks_for_looks, estimate.asks_for_style) == (looks, False)
    requests = len(world.model.requests)
    cost = await paid(world, minute=1, **edit)
    assert len(world.model.requests) - requests == len(bought)
    assert cost <= known(estimate.at_most_usd) <= cost + len(bought) * ROUNDING


async def test_another_style_is_another_book_and_is_estimated_as_one() -> None:
    world = dear_world()
    short: dict[str, Any] = {"characters": [TOCK], "pages": PAGES[1:2]}
    await paid(world, **short)
    estimate = await estimated(world, style="ink and wash", **short)
    assert estimate.asks_for_style
    assert all(map(estimate.is_bought, estimate.plan.messages))
    assert await paid(world, minute=1, style="ink and wash", **short) <= known(estimate.at_most_usd)


async def test_the_same_story_again_costs_nothing() -> None:
    world = dear_world()
    await paid(world)
    estimate = await estimated(world)
    assert (estimate.at_most_usd, estimate.further_takes_usd) == (Decimal(0), Decimal(0))
    assert (estimate.is_accepted, estimate.asks_for_looks) == (True, ())
    requests = len(world.model.requests)
    await paid(world, minute=1)
    assert len(world.model.requests) == requests


async def test_a_picture_that_failed_is_not_bought_for_coming_again_and_is_in_an_edited_story() -> None:
    world = World(FakeImageModel(b"rubbish"))
    await paid(world, characters=[], pages=PAGES[3:])
    again = await estimated(world, chat=None, characters=[], pages=PAGES[3:])
    assert again.at_most_usd == 0
    edited = await estimated(world, chat=None, characters=[], pages=PAGES[3:], title="Another title")
    assert known(edited.at_most_usd) > 0


async def test_a_drawn_picture_that_is_not_there_any_more_is_bought_again() -> None:
    world = dear_world()
    await paid(world)
    del world.store.objects[world.manifest().pictures[-1].key or ""]
    estimate = await estimated(world, title="Another title")
    assert [m.picture.picture_id for m in estimate.plan.messages if estimate.is_bought(m)] == ["page-004"]
    assert 0 < await paid(world, minute=1, title="Another title") <= known(estimate.at_most_usd)


async def own_texts_usd(**fields: Any) -> Decimal:
    return known((await estimated(World(), chat=None, **fields)).at_most_usd)


@pytest.mark.parametrize("spare", ["0", "0.03", "0.06", "1"])
async def test_a_maximum_covers_pictures_and_texts_together(spare: str) -> None:
    short: dict[str, Any] = {"characters": [TOCK], "pages": PAGES[1:2]}
    most = float(await own_texts_usd(**short) + Decimal(spare))
    world = dear_world()
    estimate = await estimated(world, max_cost_usd=most, **short)
    cost = await paid(world, max_cost_usd=most, **short)
    assert cost <= known(estimate.at_most_usd) <= Decimal(str(most))
    assert isinstance(world.services.chat_model, DearChatModel)
    asked = [request.schema_name for request in world.services.chat_model.requests]
    assert bool(estimate.asks_for_looks) is ("character_bible" in asked)


async def test_when_the_maximum_leaves_no_money_for_appearances_no_chat_call_is_made() -> None:
    estimate = await estimated(World(), max_cost_usd=float(await own_texts_usd()))
    assert estimate.is_in_own_words
    assert not estimate.asks_for_looks
    assert (estimate.bible_usd, estimate.is_capped) == (Decimal(0), True)


async def test_a_maximum_that_the_pictures_alone_are_above_is_refused_as_it_will_be() -> None:
    with pytest.raises(InputRefusedError) as refused:
        await estimated(World(), max_cost_usd=0.01)
    assert refused.value.field == "max_cost_usd"
    with pytest.raises(InputRefusedError):
        await World().accept(story(**TOLD, max_cost_usd=0.01))


async def test_texts_of_unknown_price_make_the_total_unknown_and_not_zero() -> None:
    estimate = await estimated(World(), chat=UNKNOWN_PRICES)
    assert (estimate.bible_usd, estimate.all_usd, estimate.at_most_usd) == (None, None, None)
    assert known(estimate.further_takes_usd) > 0


async def test_a_chat_model_of_unknown_price_is_not_called_for_a_story_with_a_maximum() -> None:
    world = World()
    world.use(**text_parts(chat=FakeChatModel(), prices=UNKNOWN_PRICES, moderator=None))
    world.use(catalogue=type(world.services.catalogue)(world.services.catalogue.specs))
    estimate = await estimated(world, chat=UNKNOWN_PRICES, max_cost_usd=5)
    assert (estimate.bible_usd, estimate.is_capped) == (Decimal(0), False)
    assert await paid(world, max_cost_usd=5) <= known(estimate.at_most_usd)
    assert all(p.alt_text and p.alt_text.source == "composed" for p in world.manifest().pictures)


async def test_every_picture_may_be_drawn_once_more() -> None:
    estimate = await estimated(World(), chat=None)
    assert estimate.further_takes_usd == estimate.at_most_usd


async def test_a_look_that_is_just_short_enough_for_the_colours_to_stay_costs_no_more_than_the_longest() -> None:
    """With the longest looks this page's prompt is too long, and the colours would be dropped, which are longer."""
    traits = [f"{number:02d} {'x' * 495}" for number in range(20)]
    names = ["Twin 0", "Twin 1", "Twin 2"]
    given: dict[str, Any] = {
        "characters": [{"name": name, "traits": traits, "views": []} for name in names],
        "pages": [page(1, *names)],
        "style": "i" * 64,
    }
    world = dear_world()
    estimate = await estimated(world, **given)
    world.use(chat_model=DearChatModel(most_details=200))
    await paid(world, **given)
    drawn = world.manifest().pictures[-1]
    assert drawn.costs
    assert len(drawn.prompt) == MOST_CHARACTERS_IN_PROMPT
    assert known(drawn.costs.total) - known(drawn.costs.chat) <= known(estimate.image_usd(estimate.plan.pages[0]))
