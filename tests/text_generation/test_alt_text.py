from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.errors import OutcomeUnknownError, ProviderAccountError, StoreUnavailableError
from picturebook.models.messages import (
    AnyDrawMessage,
    CharacterOnPage,
    DrawCharacterMessage,
    DrawnCharacter,
    DrawPageMessage,
    PageContent,
    RunRef,
)
from picturebook.models.pictures import AltText, Costs
from picturebook.ports.chat_model import ChatAnswer, ChatRequest
from picturebook.services import Services
from picturebook.text_generation.alt_text import WrittenAltText, known_alt_text, write_alt_text
from picturebook.text_generation.chat import NOTHING, UNKNOWN
from picturebook.text_generation.picture_description import LONGEST, describe_picture
from tests.fakes.clock import START
from tests.fakes.guard import FakeGuard
from tests.fakes.text_models import CHAT_COST, DEADLINE, FakeChatModel, text_services

MIRA = CharacterOnPage(name="Mira", traits=("a small girl",), description="A girl in red.")
PAGE = DrawPageMessage(
    schema_version="1.0",
    run=RunRef(story_id="lantern", revision="0" * 16),
    style="x",
    language="en",
    alt_text_by="chat",
    page=PageContent(page_number=1, text="They walk on."),
    characters=(MIRA,),
)
LATER = PAGE.model_copy(update={"run": RunRef(story_id="lantern", revision="1" * 16)})
SHEET = DrawCharacterMessage(
    schema_version="1.0", run=PAGE.run, style="x", character=DrawnCharacter(name="Mira", traits=("a small girl",))
)
COMPOSED = AltText(text="Mira: They walk on.", source="composed")
WRITTEN = AltText(text="Mira walks through the forest.", source="chat")


class AwayStore(InMemoryImageStore):
    """A store that cannot be reached."""

    async def read(self, key: str, *, at_most: int | None = None) -> bytes | None:
        raise StoreUnavailableError("away")

    async def write_once(self, key: str, content: bytes, *, media_type: str) -> bool:
        raise StoreUnavailableError("away")


async def written(message: AnyDrawMessage, services: Services) -> WrittenAltText:
    return await write_alt_text(message, services, deadline=DEADLINE)


async def test_a_page_is_asked_for_once_in_all_its_revisions() -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)
    assert await written(PAGE, services) == WrittenAltText(WRITTEN, Costs.of(chat=CHAT_COST))
    assert await written(LATER, services) == WrittenAltText(WRITTEN, NOTHING)
    assert len(chat.requests) == 1
    assert chat.data[0]["characters"] == [{"name": "Mira", "look": "A girl in red."}]


@pytest.mark.parametrize(
    "changed",
    [
        {"page": PageContent(page_number=1, text="They run.")},
        {"page": PageContent(page_number=1, text="They walk on.", scene="Night.")},
        {"characters": (MIRA.model_copy(update={"description": "A girl in blue."}),)},
        {"run": RunRef(story_id="another", revision="0" * 16)},
    ],
    ids=["text", "scene", "look", "story"],
)
async def test_a_changed_text_is_asked_for_again(changed: dict[str, object]) -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)

    await written(PAGE, services)
    await written(PAGE.model_copy(update=changed), services)

    assert len(chat.requests) == 2


async def test_another_language_is_asked_for_anew() -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)

    await written(PAGE, services)
    await written(PAGE.model_copy(update={"language": "de"}), services)

    assert [data["language"] for data in chat.data] == ["en", "de"]


REQUEST = PAGE.model_copy(update={"run": None, "request_id": "r1"})
UNPAID = PAGE.model_copy(update={"alt_text_by": "composed"})


@pytest.mark.parametrize("message", [SHEET, REQUEST, UNPAID], ids=["sheet", "request", "no money set aside"])
async def test_what_no_money_was_set_aside_for_is_composed(message: AnyDrawMessage) -> None:
    chat = FakeChatModel()

    result = await written(message, text_services(chat=chat))

    assert (result.alt.source, result.costs) == ("composed", NOTHING)
    assert chat.requests == []


async def test_without_a_chat_model_a_page_is_composed() -> None:
    assert await written(PAGE, text_services(chat=None)) == WrittenAltText(COMPOSED, NOTHING)


@pytest.mark.parametrize(
    ("answer", "costs", "level"),
    [
        (ProviderAccountError("x"), NOTHING, logging.CRITICAL),
        (OutcomeUnknownError("x"), UNKNOWN, logging.ERROR),
        ("not JSON", Costs.of(chat=CHAT_COST), logging.WARNING),
        (json.dumps({"alt_text": "An image of Mira."}), Costs.of(chat=CHAT_COST), logging.WARNING),
    ],
    ids=["account", "unknown", "not JSON", "image of"],
)
async def test_a_failure_is_composed_and_seen_and_the_next_run_asks_again(
    answer: Exception | str, costs: Costs, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    services = text_services(chat=FakeChatModel(answer))

    assert await written(PAGE, services) == WrittenAltText(COMPOSED, costs)
    assert [record.levelno for record in caplog.records if record.name.startswith("picturebook")] == [level]
    assert (await written(LATER, services)).alt == WRITTEN
    assert (await written(PAGE, services)).alt == WRITTEN


@pytest.mark.parametrize(
    ("answer", "costs"), [(OutcomeUnknownError("x"), UNKNOWN), ("not JSON", Costs.of(chat=CHAT_COST))]
)
async def test_an_answer_that_was_paid_in_vain_is_paid_once_for_a_picture(
    answer: Exception | str, costs: Costs
) -> None:
    chat = FakeChatModel(answer)
    services = text_services(chat=chat)

    delivered = [await written(PAGE, services) for _ in range(3)]
    retaken = await written(PAGE.model_copy(update={"take": 2}), services)

    assert delivered == [WrittenAltText(COMPOSED, costs)] * 3
    assert retaken == WrittenAltText(COMPOSED, NOTHING)
    assert len(chat.requests) == 1


async def test_a_lookup_makes_no_call() -> None:
    chat = FakeChatModel()
    services = text_services(chat=chat)

    assert await known_alt_text(PAGE, services) == WrittenAltText(COMPOSED, NOTHING)
    assert chat.requests == []
    await written(PAGE, services)
    assert await known_alt_text(PAGE, services) == WrittenAltText(WRITTEN, Costs.of(chat=CHAT_COST))
    assert await known_alt_text(LATER, services) == WrittenAltText(WRITTEN, NOTHING)


async def test_what_a_dead_worker_paid_is_counted_by_the_worker_that_ends_its_picture() -> None:
    services = text_services()

    paid = [(await written(PAGE, services)).costs for _ in range(2)]

    assert paid == [Costs.of(chat=CHAT_COST)] * 2
    assert (await written(PAGE.model_copy(update={"take": 2}), services)).costs == NOTHING


async def test_a_picture_does_not_wait_where_too_little_time_is_left() -> None:
    chat = FakeChatModel()

    result = await write_alt_text(PAGE, text_services(chat=chat), deadline=START)

    assert result == WrittenAltText(COMPOSED, NOTHING)
    assert chat.requests == []


async def test_a_store_that_is_away_loses_no_picture(caplog: pytest.LogCaptureFixture) -> None:
    stores_away = await written(PAGE, text_services(image_store=AwayStore()))
    circuit_away = await written(PAGE, text_services(circuit_guard=FakeGuard(StoreUnavailableError("away"))))

    assert stores_away == WrittenAltText(WRITTEN, Costs.of(chat=CHAT_COST))
    assert circuit_away == WrittenAltText(COMPOSED, NOTHING)
    assert len(caplog.records) == 3


async def test_the_text_that_was_stored_first_wins() -> None:
    store = InMemoryImageStore()
    services = text_services(image_store=store)
    first = await written(PAGE, services)
    [key] = store.objects
    racing = replace(services, image_store=_ReadsNothingAtFirst(store))

    second = await written(PAGE, replace(racing, chat_model=FakeChatModel('{"alt_text": "Another."}')))

    assert key.startswith("books/lantern/alt/")
    assert second.alt == first.alt


class _ReadsNothingAtFirst(InMemoryImageStore):
    """Sees the other's write only after its own was too late."""

    def __init__(self, store: InMemoryImageStore) -> None:
        super().__init__()
        self.objects = store.objects
        self._has_read = False

    async def read(self, key: str, *, at_most: int | None = None) -> bytes | None:
        has_read, self._has_read = self._has_read, True
        return await super().read(key, at_most=at_most) if has_read else None


async def test_no_finished_picture_waits_for_its_alt_text_longer_than_allowed() -> None:
    asked: list[float] = []

    class Watch(FakeChatModel):
        async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
            asked.append(timeout_seconds)
            return await super().complete(request, timeout_seconds=timeout_seconds)

    await describe_picture(PAGE, text_services(chat=Watch()), deadline=DEADLINE)
    assert [seconds <= LONGEST.total_seconds() for seconds in asked] == [True]
