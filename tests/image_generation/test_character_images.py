from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.errors import ImageValidationError, PromptRefusedError, RetriesExhaustedError
from picturebook.image_generation import (
    ModelReplacedWarning,
    PicturesIncompleteError,
    generate_character_images,
)
from picturebook.image_generation.drawing_options import ImageCall
from tests.image_generation.scripted_openai import ScriptedOpenAI, picture_answer, png, refusal, url_answer

MODEL = "gpt-image-2"
TRAITS = ["small girl", "red coat"]
VIEWS = ("front", "back", "left", "right")


async def test_two_views_are_drawn_by_default() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    images = await generate_character_images(scripted.client, "Mira", TRAITS, MODEL)

    assert len(images) == 2
    assert all(image.startswith("data:image/png;base64,") for image in images)


async def test_the_default_model_is_replaced_by_todays_with_a_warning() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    with pytest.warns(ModelReplacedWarning):
        await generate_character_images(scripted.client, "Mira", TRAITS)

    assert scripted.bodies()[0]["model"] == MODEL


async def test_model_wins_over_dalle_version() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await generate_character_images(scripted.client, "Mira", TRAITS, model="gpt-image-2.6-flare")

    assert scripted.bodies()[0]["model"] == "gpt-image-2.6-flare"


async def test_later_views_follow_the_first_one() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await generate_character_images(scripted.client, "Mira", TRAITS, MODEL, views=VIEWS)

    first, *others = scripted.drawn
    assert first.url.path == "/v1/images/generations"
    assert [request.url.path for request in others] == ["/v1/images/edits"] * 3
    for request in others:
        assert png() in request.content
        assert b"reference picture 1 shows Mira" in request.content


async def test_the_first_view_is_read_back_from_the_store() -> None:
    scripted, store = ScriptedOpenAI(picture_answer()), InMemoryImageStore()

    images = await generate_character_images(scripted.client, "Mira", TRAITS, MODEL, store=store)

    assert images == [store.uri(key) for key in store.objects]
    assert png() in scripted.drawn[1].content


async def test_a_providers_url_is_never_fetched() -> None:
    scripted = ScriptedOpenAI(url_answer())

    images = await generate_character_images(scripted.client, "Mira", TRAITS, MODEL)

    assert images == ["https://pictures.example/1.png"] * 2
    assert [request.url.path for request in scripted.requests] == ["/v1/images/generations"] * 2
    assert all("reference picture" not in body["prompt"] for body in scripted.bodies())


async def test_every_prompt_says_who_it_is() -> None:
    scripted = ScriptedOpenAI(url_answer())

    await generate_character_images(scripted.client, "Mira", TRAITS, MODEL, art_style="ink", title="Home")

    for body in scripted.bodies():
        assert "Character: Mira: small girl, red coat" in body["prompt"]
        assert "Style: ink" in body["prompt"]
        assert "The book is called: Home" in body["prompt"]


async def test_views_are_drawn_at_once_within_the_limit() -> None:
    gate = asyncio.Event()
    scripted = ScriptedOpenAI(picture_answer())

    async def answer(_request: httpx2.Request) -> httpx2.Response:
        if len(scripted.requests) > 1:
            if scripted.running == 2:
                gate.set()
            await gate.wait()
        return picture_answer()

    scripted._by = answer
    await generate_character_images(
        scripted.client, "Mira", TRAITS, MODEL, views=("a", "b", "c", "d", "e"), max_concurrency=2
    )

    assert scripted.most_running == 2
    assert len(scripted.drawn) == 5


@pytest.mark.parametrize(
    ("arguments", "issue"),
    [
        ({"character_name": ""}, "character_name"),
        ({"character_name": "x" * 81}, "character_name"),
        ({"character_name": "Mi\u202era"}, "character_name"),
        ({"character_traits": []}, "character_traits"),
        ({"character_traits": "brave"}, "character_traits"),
        ({"character_traits": None}, "character_traits"),
        ({"character_traits": ["brave", 7]}, "character_traits"),
        ({"character_traits": ["brave", " "]}, "character_traits"),
        ({"character_traits": ["brave"] * 21}, "character_traits"),
        ({"description": 7}, "description"),
        ({"dalle_version": "dall-e-9"}, "model"),
        ({"dalle_version": None}, "model"),
        ({"progress_callback": "print"}, "progress_callback"),
        ({"views": []}, "views"),
        ({"views": ["front", "front"]}, "views"),
        ({"views": "front"}, "views"),
        ({"size": "1x1"}, "size"),
        ({"quality": "superb"}, "quality"),
        ({"max_concurrency": 0}, "max_concurrency"),
        ({"max_concurrency": 2.5}, "max_concurrency"),
        ({"art_style": ""}, "art_style"),
    ],
    ids=str,
)
async def test_every_wrong_argument_is_named_before_the_first_call(arguments: dict[str, Any], issue: str) -> None:
    scripted = ScriptedOpenAI(picture_answer())
    valid = {"client": scripted.client, "character_name": "Mira", "character_traits": TRAITS, "dalle_version": MODEL}
    heard: list[int] = []

    with pytest.raises(ImageValidationError) as caught:
        await generate_character_images(**{"progress_callback": lambda p, _m: heard.append(p), **valid, **arguments})

    assert caught.value.issue == issue
    assert scripted.requests == []
    assert heard == []


async def test_progress_only_grows_and_ends_at_100() -> None:
    heard: list[tuple[int, str]] = []

    await generate_character_images(
        ScriptedOpenAI(picture_answer()).client,
        "Mira",
        TRAITS,
        MODEL,
        lambda percent, message: heard.append((percent, message)),
        views=("a", "b", "c"),
    )

    assert [percent for percent, _ in heard] == [0, 33, 66, 100]
    assert heard[-1][1] == "3 of 3 picture(s) drawn"


async def test_an_async_callback_is_awaited_in_order() -> None:
    heard: list[int] = []

    async def slow(percent: int, _message: str) -> None:
        for _ in range(100 - percent):
            await asyncio.sleep(0)
        heard.append(percent)

    await generate_character_images(ScriptedOpenAI(picture_answer()).client, "Mira", TRAITS, MODEL, slow, views=VIEWS)

    assert heard == [0, 25, 50, 75, 100]


async def test_a_callback_that_raises_loses_no_picture(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_percent: int, _message: str) -> None:
        raise OSError("the terminal is gone")

    images = await generate_character_images(ScriptedOpenAI(picture_answer()).client, "Mira", TRAITS, MODEL, broken)

    assert len(images) == 2
    assert "The progress callback failed at 100 %" in caplog.text


async def test_a_first_view_that_fails_costs_nothing_more() -> None:
    scripted = ScriptedOpenAI(refusal(400, "moderation_blocked"))

    with pytest.raises(PromptRefusedError):
        await generate_character_images(scripted.client, "Mira", TRAITS, MODEL, views=VIEWS)

    assert len(scripted.drawn) == 1


async def test_views_that_were_paid_for_are_not_lost_with_another(patient_call: ImageCall) -> None:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        return refusal(400, "moderation_blocked") if b"alone: left" in request.content else picture_answer()

    with pytest.raises(PicturesIncompleteError) as caught:
        await generate_character_images(
            ScriptedOpenAI(by=answer).client, "Mira", TRAITS, MODEL, views=VIEWS, image_call=patient_call
        )

    error = caught.value
    assert len(error.finished) == 3
    assert isinstance(error.failures["left"], PromptRefusedError)
    assert error.details == {"finished": 3, "failed": {"left": "PromptRefusedError"}}


async def test_another_image_call_can_be_wrapped_around_each_picture(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(httpx2.ConnectError("x"))

    with pytest.raises(RetriesExhaustedError):
        await generate_character_images(scripted.client, "Mira", TRAITS, MODEL, image_call=patient_call)


async def test_cancelling_cancels_every_call_and_leaves_no_task() -> None:
    scripted = ScriptedOpenAI(picture_answer())
    all_started = asyncio.Event()

    async def answer(_request: httpx2.Request) -> httpx2.Response:
        if len(scripted.requests) > 1:
            if scripted.running == 3:
                all_started.set()
            await asyncio.Event().wait()
        return picture_answer()

    scripted._by = answer
    drawing = asyncio.create_task(generate_character_images(scripted.client, "Mira", TRAITS, MODEL, views=VIEWS))
    await all_started.wait()
    drawing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert scripted.abandoned == 3
    assert asyncio.all_tasks() == {asyncio.current_task()}
