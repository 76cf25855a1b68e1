from __future__ import annotations

from datetime import date

import httpx2
import pytest

from picturebook.adapters.openai_model_list import OpenAIModelList
from picturebook.ports.model_list import ModelList
from tests.fakes.fake_model_list import FakeModelList
from tests.image_generation.scripted_openai import ScriptedOpenAI

SERVED = {"gpt-image-2": None, "gpt-image-1.5": date(2026, 12, 1), "gpt-5.4-mini": None}


def openai_list() -> ModelList:
    data = [
        {"id": name, "object": "model", "created": 1, "owned_by": "system", "shutdown_date": day and day.isoformat()}
        for name, day in SERVED.items()
    ]
    return OpenAIModelList(ScriptedOpenAI(httpx2.Response(200, json={"object": "list", "data": data})).client)


@pytest.fixture(params=["openai", "in_memory"])
def models(request: pytest.FixtureRequest) -> ModelList:
    return openai_list() if request.param == "openai" else FakeModelList(SERVED)


async def test_every_model_has_its_shutdown_date_or_none(models: ModelList) -> None:
    assert await models.served() == SERVED


async def test_the_list_can_be_read_repeatedly(models: ModelList) -> None:
    assert await models.served() == await models.served()
