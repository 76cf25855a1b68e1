from __future__ import annotations

import warnings
from datetime import date
from typing import Any

import httpx2
import pytest

from picturebook.errors import ImageValidationError
from picturebook.image_generation import (
    ModelReplacedWarning,
    ParameterReplacedWarning,
    call_openai_image_api,
    generate_character_images,
    generate_story_page_images,
)
from picturebook.image_generation.image_call import _request
from picturebook.image_generation.model_choice import CallChoice, choose_model
from picturebook.models.pictures import Reference
from tests.image_generation.scripted_openai import ScriptedOpenAI, picture_answer, refusal, url_answer

ELSEWHERE = "http://pictures.example/v1"


def _listing(*models: dict[str, object]) -> httpx2.Response:
    return httpx2.Response(200, json={"object": "list", "data": list(models)})


def _endpoint(listing: httpx2.Response, drawn: httpx2.Response) -> ScriptedOpenAI:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        found = listing if request.url.path.endswith("/models") else drawn
        return httpx2.Response(found.status_code, content=found.content, headers=found.headers)

    return ScriptedOpenAI(by=answer, base_url=ELSEWHERE)


async def test_a_retired_model_is_replaced_with_a_warning() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    with pytest.warns(ModelReplacedWarning, match="dall-e-3 is retired as of 2026-05-12: gpt-image-2"):
        await call_openai_image_api(scripted.client, "dall-e-3", "a fox")

    assert scripted.bodies()[0]["model"] == "gpt-image-2"
    assert len(scripted.requests) == 1


async def test_an_endpoint_that_still_serves_a_retired_model_gets_what_was_asked_for() -> None:
    scripted = _endpoint(_listing({"id": "dall-e-3", "object": "model"}), url_answer())

    await call_openai_image_api(scripted.client, "dall-e-3", "a fox", quality="hd", style="vivid")

    assert scripted.bodies() == [
        {"model": "dall-e-3", "prompt": "a fox", "size": "1024x1024", "quality": "hd", "style": "vivid"}
    ]


async def test_an_endpoint_is_asked_once_for_what_it_serves() -> None:
    scripted = _endpoint(_listing({"id": "dall-e-3"}), url_answer())

    for _ in range(3):
        await call_openai_image_api(scripted.client, "dall-e-3", "a fox")

    assert [request.url.path for request in scripted.requests].count("/v1/models") == 1


@pytest.mark.parametrize(
    "listing",
    [
        _listing({"id": "dall-e-3", "shutdown_date": "2026-05-12"}),
        _listing({"id": "another"}),
        refusal(404),
        refusal(500),
        httpx2.Response(200, html="<h1>models</h1>"),
        httpx2.Response(200, json={"data": ["dall-e-3"]}),
    ],
    ids=["shut down", "not listed", "no list", "failing list", "HTML", "another shape"],
)
async def test_an_endpoint_that_does_not_say_it_serves_the_model_gets_the_replacement(
    listing: httpx2.Response,
) -> None:
    scripted = _endpoint(listing, picture_answer())

    with pytest.warns(ModelReplacedWarning):
        await call_openai_image_api(scripted.client, "dall-e-3", "a fox")

    assert scripted.bodies()[0]["model"] == "gpt-image-2"


async def test_a_model_that_only_the_endpoint_knows_is_used_as_it_is() -> None:
    scripted = _endpoint(_listing({"id": "org/flux:fast"}), url_answer())

    await call_openai_image_api(scripted.client, "org/flux:fast", "a fox", quality="standard")

    assert scripted.bodies()[0]["model"] == "org/flux:fast"
    assert scripted.bodies()[0]["quality"] == "standard"


async def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    scripted = _endpoint(_listing(), url_answer())

    with pytest.raises(ImageValidationError) as caught:
        await call_openai_image_api(scripted.client, "gpt-image-99", "a fox")

    assert "gpt-image-2" in str(caught.value.details["accepted"])
    assert scripted.drawn == []


async def test_a_model_of_the_catalogue_needs_no_question() -> None:
    scripted = _endpoint(_listing(), picture_answer())

    await call_openai_image_api(scripted.client, "gpt-image-2", "a fox")

    assert len(scripted.requests) == 1


async def test_hd_is_sent_as_high_with_a_warning() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    with pytest.warns(ParameterReplacedWarning, match="'high' is sent instead"):
        await call_openai_image_api(scripted.client, "gpt-image-2", "a fox", quality="hd")

    assert scripted.bodies()[0]["quality"] == "high"


async def test_a_style_goes_into_the_prompt_with_a_warning() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    with pytest.warns(ParameterReplacedWarning, match="takes no style"):
        await call_openai_image_api(scripted.client, "gpt-image-2", "a fox", style="vivid")

    assert scripted.bodies()[0]["prompt"] == "a fox\nOverall look: vivid."
    assert "style" not in scripted.bodies()[0]


async def test_the_signatures_defaults_do_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await call_openai_image_api(ScriptedOpenAI(picture_answer()).client, "gpt-image-2", "a fox")


async def chosen(model: str, *, today: date) -> CallChoice:
    client = ScriptedOpenAI(picture_answer()).client
    return await choose_model(client, model=model, size="1024x1024", quality="standard", style=None, today=today)


async def test_a_model_is_used_as_it_is_until_a_month_before_it_goes() -> None:
    assert (await chosen("gpt-image-1.5", today=date(2026, 10, 31))).model == "gpt-image-1.5"
    with pytest.warns(ModelReplacedWarning, match=r"gpt-image-1\.5 ends on 2026-12-01: gpt-image-2"):
        assert (await chosen("gpt-image-1.5", today=date(2026, 11, 1))).model == "gpt-image-2"


async def test_references_are_followed_as_faithfully_as_the_model_can() -> None:
    choice = await chosen("gpt-image-1.5", today=date(2026, 6, 1))
    assert _request(choice, "a fox", (Reference(b"sheet", "image/png"),)).input_fidelity == "high"
    assert _request(choice, "a fox", ()).input_fidelity is None
    later = await chosen("gpt-image-2", today=date(2026, 6, 1))
    assert _request(later, "a fox", (Reference(b"sheet", "image/png"),)).input_fidelity is None


OPTIONS: dict[str, Any] = {"background": "opaque", "output_format": "png", "moderation": "low"}


async def test_the_callers_picture_options_are_sent() -> None:
    scripted = ScriptedOpenAI(picture_answer())

    await call_openai_image_api(scripted.client, "gpt-image-2", "a fox", **OPTIONS)

    assert {name: scripted.bodies()[0][name] for name in OPTIONS} == OPTIONS


async def test_characters_and_pages_are_drawn_with_the_callers_options() -> None:
    scripted = ScriptedOpenAI(picture_answer())
    story = {"pages": [{"text": "Mira walks."}]}

    await generate_character_images(
        scripted.client, "Mira", ["a girl"], model="gpt-image-2", views=["portrait"], **OPTIONS
    )
    await generate_story_page_images(scripted.client, story, "Mira", ["a girl"], model="gpt-image-2", **OPTIONS)

    assert [{name: body[name] for name in OPTIONS} for body in scripted.bodies()] == [OPTIONS, OPTIONS]


async def test_the_callers_own_image_call_gets_no_option_that_was_not_given() -> None:
    heard: list[dict[str, object]] = []

    async def image_call(*_: object, **options: object) -> str:
        heard.append(options)
        return "https://pictures.example/1.png"

    client = ScriptedOpenAI(picture_answer()).client
    common: dict[str, Any] = {"model": "gpt-image-2", "views": ["portrait"], "image_call": image_call}
    await generate_character_images(client, "Mira", ["a girl"], **common)
    await generate_character_images(client, "Mira", ["a girl"], moderation="low", **common)

    assert "moderation" not in heard[0]
    assert heard[1]["moderation"] == "low"


@pytest.mark.parametrize(
    ("option", "issue"),
    [
        ({"background": "green"}, "background"),
        ({"background": "transparent", "output_format": "jpeg"}, "background"),
        ({"output_format": "gif"}, "output_format"),
        ({"moderation": "off"}, "moderation"),
        ({"moderation": 7}, "moderation"),
        ({"output_format": "PNG; rm"}, "output_format"),
    ],
)
async def test_an_option_that_the_model_does_not_take_is_refused_by_its_name(
    option: dict[str, Any], issue: str
) -> None:
    scripted = ScriptedOpenAI(picture_answer())

    with pytest.raises(ImageValidationError) as caught:
        await call_openai_image_api(scripted.client, "gpt-image-2", "a fox", **option)

    assert caught.value.issue == issue
    assert scripted.requests == []


async def test_a_model_that_only_the_endpoint_knows_is_sent_the_given_options() -> None:
    scripted = _endpoint(_listing({"id": "org/flux:fast"}), url_answer())

    await call_openai_image_api(scripted.client, "org/flux:fast", "a fox", output_format="gif")

    assert scripted.bodies()[0]["output_format"] == "gif"
