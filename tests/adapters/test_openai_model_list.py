"""Possible answers to a request for the list of models, and how they are read."""

from __future__ import annotations

from datetime import date

import httpx2
import pytest

from picturebook.adapters.openai_model_list import OpenAIModelList
from picturebook.errors import ImageProcessingError, PicturebookError, ProviderAccountError, ProviderUnavailableError
from tests.image_generation.scripted_openai import ScriptedOpenAI, refusal


def listing(*models: object) -> httpx2.Response:
    return httpx2.Response(200, json={"object": "list", "data": list(models)})


async def test_a_list_without_shutdown_dates_is_read() -> None:
    scripted = ScriptedOpenAI(listing({"id": "org/flux"}, {"id": "gpt-image-2", "shutdown_date": "soon"}))
    assert await OpenAIModelList(scripted.client).served() == {"org/flux": None, "gpt-image-2": None}


async def test_a_timestamp_counts_as_its_date_and_models_without_a_name_are_ignored() -> None:
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
    ids=["HTML", "another shape", "a wrong key", "a failure", "no server"],
)
async def test_an_answer_that_is_no_list_is_never_an_empty_list(
    answer: httpx2.Response | Exception, error: type[PicturebookError]
) -> None:
    scripted = ScriptedOpenAI(answer)
    with pytest.raises(error):
        await OpenAIModelList(scripted.client).served()
    assert len(scripted.requests) == 1
