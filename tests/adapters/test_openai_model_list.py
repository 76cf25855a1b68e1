"""What an answer to the question for models may be, and what is made of it."""

from __future__ import annotations

from datetime import date

import httpx2
import pytest

from picturebook.adapters.openai_model_list import OpenAIModelList
from picturebook.errors import ImageProcessingError, PicturebookError, ProviderAccountError, ProviderUnavailableError
from tests.image_generation.scripted_openai import ScriptedOpenAI, refusal


def listing(*models: object) -> httpx2.Response:
    return httpx2.Response(200, json={"object": "list", "data": list(models)})


async def test_a_server_that_names_no_days_is_understood() -> None:
    scripted = ScriptedOpenAI(listing({"id": "org/flux"}, {"id": "gpt-image-2", "shutdown_date": "soon"}))
    assert await OpenAIModelList(scripted.client).served() == {"org/flux": None, "gpt-image-2": None}


async def test_a_moment_counts_as_its_day_and_what_has_no_name_is_passed_over() -> None:
    scripted = ScriptedOpenAI(listing("gpt-image-2", {"id": "a", "shutdown_date": "2026-12-01T00:00:00Z"}))
    assert await OpenAIModelList(scripted.client).served() == {"a": date(2026, 12, 1)}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx2.Response(200, html="<h1>models</h1>"), ImageProcessingError),
        (httpx2.Response(200, json={"models": []}), ImageProcessingError),
        (refusal(401, "invalid_api_key"), ProviderAccountError),
        (refusal(500), ProviderUnavailableError),
        (httpx2.ConnectError("refused"), ProviderUnavailableError),
    ],
    ids=["HTML", "another shape", "a wrong key", "a failure", "nobody there"],
)
async def test_what_is_no_list_is_never_an_empty_one(
    answer: httpx2.Response | Exception, error: type[PicturebookError]
) -> None:
    scripted = ScriptedOpenAI(answer)
    with pytest.raises(error):
        await OpenAIModelList(scripted.client).served()
    assert len(scripted.requests) == 1
