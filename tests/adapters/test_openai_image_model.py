from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.errors import OutcomeUnknownError, ProviderThrottledError
from picturebook.models.pictures import ImageRequest, Reference, Usage
from picturebook.ports.image_model import ImageModel
from tests.image_generation.scripted_openai import ScriptedOpenAI, picture_answer, png, refusal, url_answer

REQUEST = ImageRequest("gpt-image-2", "Mira and the fox", "1024x1536", "medium")
REFERENCES = (Reference(b"sheet of Mira", "image/png"), Reference(b"sheet of the fox", "image/webp"))


async def test_a_picture_comes_back_as_bytes_with_its_usage_and_request_id() -> None:
    model: ImageModel = OpenAIImageModel(ScriptedOpenAI(picture_answer()).client)

    drawn = await model.draw(REQUEST, timeout_seconds=60)

    assert drawn.content == png()
    assert drawn.url is None
    assert drawn.usage == Usage(text_in=20, image_in=1, image_out=1056)
    assert drawn.provider_request_id == "req_42"


@pytest.mark.parametrize("references", [(), REFERENCES], ids=["drawn", "edited"])
async def test_the_limit_that_an_answer_names_is_returned(references: tuple[Reference, ...]) -> None:
    scripted = ScriptedOpenAI(picture_answer(None, **{"x-ratelimit-limit-images": "50"}))
    request = ImageRequest("gpt-image-2", "p", "1024x1024", "low", references)

    assert (await OpenAIImageModel(scripted.client).draw(request, timeout_seconds=60)).images_per_minute == 50


async def test_the_limit_that_a_429_names_is_in_the_error() -> None:
    slow = refusal(429, "rate_limit_exceeded", headers={"x-ratelimit-limit-images": "50", "retry-after": "3"})

    with pytest.raises(ProviderThrottledError) as throttled:
        await OpenAIImageModel(ScriptedOpenAI(slow).client).draw(REQUEST, timeout_seconds=60)
    assert (throttled.value.details["images_per_minute"], throttled.value.retry_after) == (50, 3.0)


async def test_an_answer_with_a_url_is_read() -> None:
    drawn = await OpenAIImageModel(ScriptedOpenAI(url_answer()).client).draw(REQUEST, timeout_seconds=60)

    assert drawn.content is None
    assert drawn.url == "https://pictures.example/1.png"
    assert drawn.usage is None


async def test_a_request_has_no_parameters_that_were_not_given() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await OpenAIImageModel(scripted.client).draw(REQUEST, timeout_seconds=60)

    assert scripted.bodies() == [
        {"model": "gpt-image-2", "prompt": "Mira and the fox", "size": "1024x1536", "quality": "medium"}
    ]


async def test_a_style_is_passed_on_where_the_request_has_one() -> None:
    scripted = ScriptedOpenAI(url_answer())

    await OpenAIImageModel(scripted.client).draw(
        ImageRequest("dall-e-3", "p", "1024x1024", "hd", style="vivid"), timeout_seconds=60
    )

    assert scripted.bodies()[0]["style"] == "vivid"


OPTIONAL: dict[str, Any] = {
    "background": "transparent",
    "output_format": "webp",
    "moderation": "low",
    "input_fidelity": "high",
}


async def test_optional_parameters_are_sent_under_the_providers_names() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await OpenAIImageModel(scripted.client).draw(replace(REQUEST, **OPTIONAL), timeout_seconds=60)

    plain = {"model": "gpt-image-2", "prompt": "Mira and the fox", "size": "1024x1536", "quality": "medium"}
    assert scripted.bodies() == [{**plain, **OPTIONAL}]


async def test_an_edit_sends_the_same_optional_parameters_as_form_fields() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await OpenAIImageModel(scripted.client).draw(
        replace(REQUEST, references=REFERENCES, **OPTIONAL), timeout_seconds=60
    )

    [sent] = scripted.requests
    for name, value in OPTIONAL.items():
        assert f'name="{name}"\r\n\r\n{value}\r\n'.encode() in sent.content


async def test_references_go_to_the_edits_endpoint_in_their_order() -> None:
    scripted = ScriptedOpenAI(picture_answer())
    request = ImageRequest("gpt-image-2", "p", "1024x1024", "low", REFERENCES)

    await OpenAIImageModel(scripted.client).draw(request, timeout_seconds=60)

    [sent] = scripted.requests
    body = sent.content
    assert sent.url.path == "/v1/images/edits"
    assert 0 < body.index(b"sheet of Mira") < body.index(b"sheet of the fox")
    assert b'name="image[]"; filename="reference-1.png"\r\nContent-Type: image/png' in body
    assert b'filename="reference-2.webp"\r\nContent-Type: image/webp' in body


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (None, None),
        ({}, None),
        ({"output_tokens": "many"}, None),
        ({"output_tokens": 7}, Usage(image_out=7)),
        (
            {"output_tokens": 9, "output_tokens_details": {"image_tokens": 7, "text_tokens": 2}, "input_tokens": 3},
            Usage(image_out=7),
        ),
    ],
)
async def test_usage_is_read_as_far_as_the_service_counts(usage: object, expected: Usage | None) -> None:
    answer = httpx2.Response(200, json={"data": [{"b64_json": "aGVsbG8="}], "usage": usage})

    drawn = await OpenAIImageModel(ScriptedOpenAI(answer).client).draw(REQUEST, timeout_seconds=60)

    assert drawn.usage == expected


async def test_the_callers_client_stays_open_and_keeps_its_own_retries() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await OpenAIImageModel(scripted.client).draw(REQUEST, timeout_seconds=60)

    assert not scripted.client.is_closed()
    assert scripted.client.max_retries == 2


async def test_a_call_that_takes_too_long_ends_as_unknown() -> None:
    async def never(_request: httpx2.Request) -> httpx2.Response:
        await asyncio.Event().wait()
        raise AssertionError("the call was not ended in time")

    scripted = ScriptedOpenAI(by=never)

    with pytest.raises(OutcomeUnknownError):
        await OpenAIImageModel(scripted.client).draw(REQUEST, timeout_seconds=0.01)
    assert scripted.running == 0


async def test_cancelling_abandons_the_request() -> None:
    arrived = asyncio.Event()

    async def hang(_request: httpx2.Request) -> httpx2.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError("the call was not ended in time")

    scripted = ScriptedOpenAI(by=hang)
    drawing = asyncio.create_task(OpenAIImageModel(scripted.client).draw(REQUEST, timeout_seconds=60))
    await arrived.wait()
    drawing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert scripted.abandoned == 1


def test_importing_the_adapters_does_not_import_openai() -> None:
    program = (
        "import sys, json, picturebook.adapters.openai_image_model, picturebook.adapters.openai_chat_model;"
        "print(json.dumps([name for name in ('openai', 'httpx2') if name in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert json.loads(run.stdout) == []
