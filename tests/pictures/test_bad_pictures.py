"""Any rubbish that an image service bills for gives one announced ending, at a known or an unknown price."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from openai import AsyncOpenAI

from local.image_service.config import ServiceConfig
from local.image_service.fault_rules import FaultRule
from local.image_service.server import ImageServer
from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.models.messages import DrawPageMessage, PageContent
from picturebook.models.pictures import DrawnImage, ImageRequest
from tests.adapters.bad_answers import BAD_ANSWERS, NAMES
from tests.fakes.picturebook_world import World

KEY = "sk-test-only"
REQUEST = DrawPageMessage.model_validate(
    {
        "schema_version": "1.0",
        "request_id": "r-1",
        "style": "soft watercolour",
        "size": "1024x640",
        "page": PageContent(page_number=7, text="A boat on the lake."),
    }
)


class RememberingModel(OpenAIImageModel):
    """Keeps the bytes that came."""

    def __init__(self, client: AsyncOpenAI) -> None:
        super().__init__(client)
        self.contents: list[bytes | None] = []

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        drawn = await super().draw(request, timeout_seconds=timeout_seconds)
        self.contents.append(drawn.content)
        return drawn


@pytest.fixture(scope="module")
def server() -> Iterator[ImageServer]:
    with ImageServer(ServiceConfig(api_key=KEY, prerendered=True)) as running:
        yield running


@pytest.fixture
async def model(server: ImageServer) -> AsyncIterator[RememberingModel]:
    async with AsyncOpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        yield RememberingModel(client)


@pytest.mark.parametrize(("rule", "operation", "counted"), BAD_ANSWERS, ids=NAMES)
async def test_rubbish_ends_its_picture_once_at_a_price_that_is_known_where_tokens_were_counted(
    server: ImageServer, model: RememberingModel, rule: FaultRule, operation: str, counted: bool
) -> None:
    server.service.faults.replace([rule])
    billed = len(server.service.ledger.records)
    world = World(painter=model)

    await world.draw(REQUEST)
    await world.draw(REQUEST)  # the same message again finds the ending, and pays nothing

    assert world.published() == ["ImageStarted", "ImageFailed", "ImageFailed"]
    published, again = world.events.of_type("ImageFailed")
    assert published.metadata.event_id == again.metadata.event_id
    assert (published.data["reason"], published.data["attempts"]) == ("unusable_picture", 1)
    assert published.data["explanation"]
    assert ("cost_usd" in published.data) == counted
    assert len(server.service.ledger.records) == billed + 1
    stored = [value.content for key, value in world.store.objects.items() if key.startswith("images/")]
    assert stored == model.contents
    assert len(stored) == counted
