from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.errors import (
    CircuitOpenError,
    ImageProcessingError,
    OutcomeUnknownError,
    PromptRefusedError,
    ProviderAccountError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RetryLater,
    StoreUnavailableError,
)
from picturebook.models.bible import Bible
from picturebook.models.pictures import Costs
from picturebook.models.story import Story
from picturebook.services import Services
from picturebook.text_generation.bible import WrittenBible, write_bible
from picturebook.text_generation.chat import NOTHING, UNKNOWN
from tests.fakes.clock import START
from tests.fakes.guard import FakeGuard
from tests.fakes.stories import MIRA, TOCK, story
from tests.fakes.text_models import (
    CHAT_COST,
    DEADLINE,
    REFUSED_WORD,
    FakeChatModel,
    FakePrices,
    bible_answer,
    details,
    text_services,
)

MIRA_IN_BLUE = {**MIRA, "traits": ["a small girl", "a blue coat"]}


async def written(given: Story, services: Services, most_usd: str | None = None) -> WrittenBible:
    return await write_bible(given, services, deadline=DEADLINE, most_usd=Decimal(most_usd) if most_usd else None)


def sources(bible: Bible) -> list[str]:
    return [look.source for look in bible.characters]


def stored(services: Services) -> list[str]:
    assert isinstance(services.image_store, InMemoryImageStore)
    return sorted(services.image_store.objects)


async def test_all_that_is_missing_is_asked_for_in_one_call_and_paid_for_once() -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)

    first = await written(story(), services)
    again = await written(story(), services)

    assert len(chat.requests) == 1
    assert first.costs == Costs.of(chat=CHAT_COST)
    assert again == WrittenBible(first.bible, NOTHING)
    assert sources(first.bible) == ["chat", "chat"]
    assert (first.bible.style_source, first.bible.chat_model) == ("chat", "gpt-5.4-mini")
    assert first.bible.style.startswith("soft watercolour")


async def test_an_edited_character_alone_is_asked_for_again() -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)
    first = (await written(story(), services)).bible

    second = (await written(story(characters=[MIRA_IN_BLUE, TOCK]), services)).bible

    assert [[one["name"] for one in data["characters"]] for data in chat.data] == [["Mira", "Tock"], ["Mira"]]
    assert ["palette" in str(request.schema) for request in chat.requests] == [True, False]
    assert second.appearance_of("Tock") == first.appearance_of("Tock")
    assert (second.style, second.palette) == (first.style, first.palette)
    look = second.appearance_of("Mira")
    assert look is not None
    assert look.description.startswith("a small girl, a blue coat; ")


async def test_what_else_of_a_story_changes_asks_for_nothing() -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)
    first = await written(story(), services)
    page = {"page_number": 9, "text": "Another one.", "characters": []}

    second = await written(story(title="Another", pages=[page], quality="high"), services)

    assert second.bible == first.bible
    assert len(chat.requests) == 1


async def test_another_style_is_another_book() -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)
    await written(story(), services)

    await written(story(style="woodcut"), services)

    assert [len(data["characters"]) for data in chat.data] == [2, 2]


async def test_a_look_of_the_storys_own_is_not_asked_for() -> None:
    chat = FakeChatModel()
    given = story(characters=[{**MIRA, "description": "A girl in red."}, TOCK])

    bible = (await written(given, text_services(chat=chat))).bible

    assert sources(bible) == ["story", "chat"]
    assert [one["name"] for one in chat.data[0]["characters"]] == ["Tock"]
    assert chat.data[0]["settled_characters"] == [{"name": "Mira", "look": "A girl in red."}]


async def test_without_a_chat_model_the_storys_own_texts_are_the_bible() -> None:
    services = text_services(chat=None)

    result = await written(story(), services)

    assert sources(result.bible) == ["traits", "traits"]
    assert result.bible.palette == ("red", "yellow", "brass")
    assert (result.bible.chat_model, result.costs) == (None, NOTHING)
    assert len(stored(services)) == 1


async def test_without_a_chat_model_colours_stay_when_one_character_changes() -> None:
    services = text_services(chat=None)
    first = (await written(story(), services)).bible

    second = (await written(story(characters=[MIRA_IN_BLUE, TOCK]), services)).bible

    assert second.palette == first.palette


FAILURES: list[tuple[Exception, Costs, int]] = [
    (ProviderAccountError("x"), NOTHING, logging.CRITICAL),
    (CircuitOpenError("x"), NOTHING, logging.WARNING),
    (ProviderThrottledError("x", retry_after=60.0), NOTHING, logging.WARNING),
    (OutcomeUnknownError("x"), UNKNOWN, logging.ERROR),
    (PromptRefusedError("x"), NOTHING, logging.WARNING),
    (PromptRefusedError("x", details={"billed": True}), UNKNOWN, logging.WARNING),
    (ImageProcessingError("x", details={"billed": True}), UNKNOWN, logging.ERROR),
    (
        ImageProcessingError("x", details={"billed": True, "tokens_in": 1000, "tokens_out": 100}),
        Costs.of(chat=CHAT_COST),
        logging.ERROR,
    ),
]


@pytest.mark.parametrize(("error", "costs", "level"), FAILURES, ids=lambda value: type(value).__name__)
async def test_a_failure_is_logged_and_the_storys_own_texts_are_stored(
    error: Exception, costs: Costs, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    chat = FakeChatModel(error)
    services = text_services(chat=chat)

    failed = await written(story(), services)
    later = await written(story(), services)

    assert sources(failed.bible) == ["traits", "traits"]
    assert failed.bible.style_source == "story"
    assert failed.costs == costs
    assert later == WrittenBible(failed.bible, NOTHING)
    assert len(chat.requests) == 1
    assert [record.levelno for record in caplog.records if record.name.startswith("picturebook")] == [level]


async def test_what_cannot_have_been_billed_is_tried_once_more() -> None:
    chat = FakeChatModel(ProviderUnavailableError("x"))
    services = text_services(chat=chat)

    result = await written(story(), services)

    assert sources(result.bible) == ["chat", "chat"]
    assert len(chat.requests) == 2
    assert result.costs == Costs.of(chat=CHAT_COST)


@pytest.mark.parametrize(
    "answer",
    [
        "not JSON",
        bible_answer(details(1, "a round chin")),
        bible_answer(details(1, "a round chin"), details(2, "x" * 301)),
        bible_answer(details(1, "a round chin"), details(2, "x\x07")),
        bible_answer(details(1, "a round chin"), details(2, "x"), details(9, "y")),
    ],
    ids=["not JSON", "missing", "too long", "control character", "extra"],
)
async def test_a_bad_answer_is_seen_and_paid_for_and_settles_what_it_gave(
    answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    services = text_services(chat=FakeChatModel(answer))

    result = await written(story(), services)

    assert result.costs == Costs.of(chat=CHAT_COST)
    [record] = [record for record in caplog.records if record.name.startswith("picturebook")]
    assert record.levelno == logging.WARNING
    assert record.__dict__["problems"]
    given = str(record.__dict__["problems"])
    assert not [name for name in ("Mira", "Tock") if name in given], "the log quotes nothing of the story"
    assert len(stored(services)) == 3
    assert (await written(story(), services)).bible == result.bible


async def test_a_refused_story_keeps_its_own_texts() -> None:
    given = story(characters=[{"name": "Mira", "traits": [f"a {REFUSED_WORD} girl"]}], pages=[_page()])

    assert sources((await written(given, text_services())).bible) == ["traits"]


async def test_uncounted_and_unpriced_tokens_cost_an_unknown_amount() -> None:
    uncounted = await written(story(), text_services(chat=FakeChatModel(usage=None)))
    unpriced = await written(story(), text_services(prices=FakePrices(is_known=False)))

    assert uncounted.costs == unpriced.costs == UNKNOWN


@pytest.mark.parametrize(
    ("prices", "calls"),
    [
        (FakePrices(worst=Decimal("0.05")), 1),
        (FakePrices(worst=Decimal("0.0501")), 0),
        (FakePrices(is_known=False), 0),
    ],
    ids=["affordable", "too dear", "unknown"],
)
async def test_a_story_with_a_maximum_asks_for_no_more_than_is_left(
    prices: FakePrices, calls: int, caplog: pytest.LogCaptureFixture
) -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat, prices=prices)

    result = await written(story(), services, most_usd="0.05")

    assert len(chat.requests) == calls
    assert sources(result.bible) == ["chat" if calls else "traits"] * 2
    assert bool(caplog.records) is not bool(calls)


async def test_the_worst_case_counts_every_byte_that_is_sent() -> None:
    prices, chat = FakePrices(), FakeChatModel()

    await written(story(style="\u00e9" * 100), text_services(chat=chat, prices=prices), most_usd="1")

    [request], [(prompt_bytes, most_tokens_out)] = chat.requests, prices.asked
    sent = request.instructions + request.text + json.dumps(request.schema)
    assert prompt_bytes == len(sent.encode())
    assert most_tokens_out == request.most_tokens_out


async def test_two_planners_at_once_end_with_one_bible() -> None:
    one = FakeChatModel(bible_answer(details(1, "a round chin"), details(2, "bent legs")))
    other = FakeChatModel(bible_answer(details(1, "a pointed chin"), details(2, "long legs"), palette=["a", "b", "c"]))
    store = InMemoryImageStore()

    first, second = await asyncio.gather(
        written(story(), text_services(chat=one, image_store=store)),
        written(story(), text_services(chat=other, image_store=store)),
    )

    assert len(one.requests) == len(other.requests) == 1
    assert first.bible == second.bible == (await written(story(), text_services(image_store=store))).bible


async def test_the_calls_go_out_under_a_circuit_of_their_own() -> None:
    guard = FakeGuard()

    await written(story(), text_services(circuit_guard=guard))

    assert guard.routes == ["openai/gpt-5.4-mini"]


async def test_looks_are_not_settled_for_want_of_time() -> None:
    services = text_services()

    with pytest.raises(RetryLater):
        await write_bible(story(), services, deadline=START + timedelta(seconds=20))
    assert stored(services) == []


async def test_another_chat_model_writes_looks_of_its_own() -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)
    await written(story(), services)

    await written(story(), replace(services, chat_model_name="gpt-6-luna"))

    assert [request.model for request in chat.requests] == ["gpt-5.4-mini", "gpt-6-luna"]


async def test_forty_characters_are_one_call() -> None:
    chat = FakeChatModel()
    cast = [{"name": f"Name {number}", "traits": ["a fox"]} for number in range(40)]

    bible = (await written(story(characters=cast, pages=[_page()]), text_services(chat=chat))).bible

    assert len(chat.requests) == 1
    assert sources(bible) == ["chat"] * 40


async def test_a_circuit_that_cannot_be_read_asks_nothing_and_settles_nothing() -> None:
    chat = FakeChatModel()
    guard = FakeGuard(StoreUnavailableError("the circuit's table is away"))

    with pytest.raises(StoreUnavailableError):
        await written(story(), text_services(chat=chat, circuit_guard=guard))
    assert chat.requests == []


def _page() -> dict[str, object]:
    return {"page_number": 1, "text": "They walk.", "characters": []}
