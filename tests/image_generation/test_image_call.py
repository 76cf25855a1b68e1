from __future__ import annotations

import asyncio
import base64
import logging
from typing import Any

import httpx2
import pytest

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.errors import (
    CircuitOpenError,
    ImageProcessingError,
    ImageValidationError,
    OutcomeUnknownError,
    PromptRefusedError,
    ProviderAccountError,
    RetriesExhaustedError,
)
from picturebook.image_generation import call_openai_image_api
from picturebook.image_generation.drawing_options import ImageCall
from picturebook.models.pictures import Reference
from tests.fakes.clock import FakeClock
from tests.image_generation.scripted_openai import ScriptedOpenAI, picture_answer, png, refusal, url_answer

MODEL = "gpt-image-2"


async def test_a_picture_is_a_data_uri_without_a_store() -> None:
    uri = await call_openai_image_api(ScriptedOpenAI(picture_answer()).client, MODEL, "a fox")

    header, _, encoded = uri.partition(",")
    assert header == "data:image/png;base64"
    assert base64.b64decode(encoded) == png()


async def test_a_picture_is_an_address_in_the_store_that_is_given() -> None:
    store = InMemoryImageStore()

    uri = await call_openai_image_api(ScriptedOpenAI(picture_answer()).client, MODEL, "a fox", store=store)

    [(key, stored)] = store.objects.items()
    assert uri == store.uri(key)
    assert stored.content == png()
    assert key.startswith("images/_requests/")


async def test_a_providers_url_is_handed_on() -> None:
    uri = await call_openai_image_api(ScriptedOpenAI(url_answer()).client, MODEL, "a fox")

    assert uri == "https://pictures.example/1.png"


async def test_two_calls_buy_two_pictures() -> None:
    scripted = ScriptedOpenAI(picture_answer())
    store = InMemoryImageStore()

    first = await call_openai_image_api(scripted.client, MODEL, "a fox", store=store)
    second = await call_openai_image_api(scripted.client, MODEL, "a fox", store=store)

    assert first != second
    assert len(scripted.drawn) == 2


async def test_the_defaults_are_sent_as_the_models_own_values() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await call_openai_image_api(scripted.client, MODEL, "a fox")

    assert scripted.bodies() == [{"model": MODEL, "prompt": "a fox", "size": "1024x1024", "quality": "medium"}]


async def test_references_are_sent_along() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await call_openai_image_api(scripted.client, MODEL, "a fox", references=[Reference(png(), "image/png")])

    assert scripted.drawn[0].url.path == "/v1/images/edits"


@pytest.mark.parametrize(
    ("arguments", "issue"),
    [
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"n": True}, "n"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "   "}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"prompt": "a\u202efox"}, "prompt"),
        ({"model": ""}, "model"),
        ({"model": None}, "model"),
        ({"model": "gpt-image-99"}, "model"),
        ({"size": "huge"}, "size"),
        ({"size": "1000x1000"}, "size"),
        ({"size": 1024}, "size"),
        ({"quality": "best"}, "quality"),
        ({"quality": None}, "quality"),
        ({"style": 7}, "style"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": float("nan")}, "timeout_seconds"),
        ({"references": [Reference(b"", "image/png")] * 17}, "references"),
    ],
    ids=str,
)
async def test_every_wrong_argument_is_named_before_anything_is_sent(arguments: dict[str, Any], issue: str) -> None:
    scripted = ScriptedOpenAI(picture_answer())

    with pytest.raises(ImageValidationError) as caught:
        await call_openai_image_api(**{"client": scripted.client, "model": MODEL, "prompt": "a fox", **arguments})

    assert caught.value.issue == issue
    assert "accepted" in caught.value.details
    assert scripted.requests == []


async def test_a_failing_connection_is_tried_three_times(patient_call: ImageCall, clock: FakeClock) -> None:
    scripted = ScriptedOpenAI(httpx2.ConnectError("no route"))

    with pytest.raises(RetriesExhaustedError):
        await patient_call(scripted.client, MODEL, "a fox")

    assert len(scripted.requests) == 3
    assert clock.slept == [1.0, 2.0]  # half of 2 s, then of 4 s


async def test_a_connection_that_recovers_costs_one_picture(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(httpx2.ConnectError("no route"), picture_answer())

    assert (await patient_call(scripted.client, MODEL, "a fox")).startswith("data:")
    assert len(scripted.requests) == 2


async def test_a_service_error_is_tried_once_more(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(refusal(503))

    with pytest.raises(RetriesExhaustedError):
        await patient_call(scripted.client, MODEL, "a fox")

    assert len(scripted.requests) == 2


async def test_a_throttled_call_waits_as_long_as_its_retry_after(patient_call: ImageCall, clock: FakeClock) -> None:
    throttled = refusal(429, "rate_limit_exceeded", headers={"retry-after": "20"})
    scripted = ScriptedOpenAI(throttled, picture_answer())

    await patient_call(scripted.client, MODEL, "a fox")

    assert clock.slept == [20.0]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(400, "moderation_blocked", "image_generation_user_error"), PromptRefusedError),
        (refusal(429, None, "insufficient_quota"), ProviderAccountError),
        (httpx2.Response(200, json={"data": []}), ImageProcessingError),
    ],
)
async def test_what_cannot_get_better_is_not_tried_again(
    answer: httpx2.Response, expected: type[Exception], patient_call: ImageCall
) -> None:
    scripted = ScriptedOpenAI(answer)

    with pytest.raises(expected):
        await patient_call(scripted.client, MODEL, "a fox")

    assert len(scripted.requests) == 1


async def test_an_unknown_outcome_is_bought_again_once(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(httpx2.ReadError("reset"), picture_answer())

    assert (await patient_call(scripted.client, MODEL, "a fox")).startswith("data:")
    assert len(scripted.requests) == 2


async def test_a_second_unknown_outcome_ends_it(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(httpx2.ReadError("reset"))

    with pytest.raises(OutcomeUnknownError):
        await patient_call(scripted.client, MODEL, "a fox")

    assert len(scripted.requests) == 2


async def test_an_unknown_outcome_is_not_bought_again_when_it_is_to_be_held(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(httpx2.ReadError("reset"))

    with pytest.raises(OutcomeUnknownError):
        await patient_call(scripted.client, MODEL, "a fox", on_unknown="hold")

    assert len(scripted.requests) == 1


async def test_five_failures_open_the_circuit_and_the_next_call_is_not_made(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(httpx2.ConnectError("no route"))
    for _ in range(2):
        with pytest.raises((RetriesExhaustedError, CircuitOpenError)):
            await patient_call(scripted.client, MODEL, "a fox")

    with pytest.raises(CircuitOpenError) as caught:
        await patient_call(scripted.client, MODEL, "a fox")

    assert len(scripted.requests) == 5
    assert caught.value.retry_after is not None


async def test_refusals_do_not_open_the_circuit(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(refusal(400, "moderation_blocked"))

    for _ in range(20):
        with pytest.raises(PromptRefusedError):
            await patient_call(scripted.client, MODEL, "a fox")

    assert len(scripted.requests) == 20


@pytest.mark.parametrize(
    ("content", "operation"),
    [
        (b"not a picture at all", "format_check"),
        (png(512, 512), "size_check"),
        (png()[:300], "decode"),
    ],
    ids=["no picture", "another size", "truncated"],
)
async def test_a_picture_is_checked_before_it_is_handed_on(content: bytes, operation: str) -> None:
    with pytest.raises(ImageProcessingError) as caught:
        await call_openai_image_api(ScriptedOpenAI(picture_answer(content)).client, MODEL, "a fox")

    assert caught.value.operation == operation


async def test_a_failure_is_logged_at_its_severity(patient_call: ImageCall, caplog: pytest.LogCaptureFixture) -> None:
    answers = (httpx2.ConnectError("x"), refusal(401, "invalid_api_key"))

    with pytest.raises(ProviderAccountError):
        await patient_call(ScriptedOpenAI(*answers).client, MODEL, "a fox")

    ours = [record for record in caplog.records if record.name.startswith("picturebook.image_generation")]
    assert [record.levelno for record in ours] == [logging.WARNING, logging.CRITICAL]


async def test_cancelling_abandons_the_call_and_leaves_no_task() -> None:
    arrived = asyncio.Event()

    async def hang(_request: httpx2.Request) -> httpx2.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError("no call waits that long")

    scripted = ScriptedOpenAI(by=hang)
    call = asyncio.ensure_future(call_openai_image_api(scripted.client, MODEL, "a fox"))
    await arrived.wait()
    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    assert scripted.abandoned == 1
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_timeout_bounds_the_call() -> None:
    async def hang(_request: httpx2.Request) -> httpx2.Response:
        await asyncio.Event().wait()
        raise AssertionError("no call waits that long")

    scripted = ScriptedOpenAI(by=hang)

    with pytest.raises(OutcomeUnknownError):
        await call_openai_image_api(scripted.client, MODEL, "a fox", timeout_seconds=0.01, on_unknown="hold")


async def test_the_timeout_is_that_of_each_call_and_not_of_the_purchase() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await call_openai_image_api(scripted.client, MODEL, "a fox", timeout_seconds=77.0)

    assert {seconds for request in scripted.drawn for seconds in request.extensions["timeout"].values()} == {77.0}


async def test_the_callers_client_stays_open() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await call_openai_image_api(scripted.client, MODEL, "a fox")

    assert not scripted.client.is_closed()
