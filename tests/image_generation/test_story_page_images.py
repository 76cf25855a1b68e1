from __future__ import annotations

import asyncio
import io
from typing import Any

import httpx2
import pytest
from PIL import Image

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.errors import (
    ErrorSeverity,
    ImageGenerationError,
    ImageValidationError,
    PromptRefusedError,
    ProviderAccountError,
)
from picturebook.image_generation import PicturesIncompleteError, generate_story_page_images
from picturebook.image_generation.picture_uris import data_uri
from picturebook.models.pictures import Reference
from tests.image_generation.scripted_openai import ScriptedOpenAI, picture_answer, png, refusal, url_answer

TRAITS = ["small girl", "red coat"]


def _story(*texts: str) -> dict[str, object]:
    return {"pages": [{"text": text} for text in texts]}


async def test_pages_come_back_in_order_with_number_text_address_and_prompt() -> None:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        for _ in range(9 if b"Page one" in request.content else 0):
            await asyncio.sleep(0)
        return url_answer(f"https://pictures.example/{1 if b'Page one' in request.content else 2}.png")

    scripted = ScriptedOpenAI(by=answer)

    pages = await generate_story_page_images(scripted.client, _story("Page one.", "Page two."), "Mira", TRAITS)

    assert [{key: page[key] for key in ("page_number", "text", "image_url")} for page in pages] == [
        {"page_number": 1, "text": "Page one.", "image_url": "https://pictures.example/1.png"},
        {"page_number": 2, "text": "Page two.", "image_url": "https://pictures.example/2.png"},
    ]
    assert sorted(page["prompt"] for page in pages) == sorted(body["prompt"] for body in scripted.bodies())


async def test_todays_model_draws_without_a_warning() -> None:
    scripted = ScriptedOpenAI(url_answer())

    await generate_story_page_images(scripted.client, _story("x"), "Mira", TRAITS)

    assert scripted.bodies()[0]["model"] == "gpt-image-2"


async def test_page_numbers_of_the_story_are_kept() -> None:
    story = {"pages": [{"text": "b", "page_number": 7}, {"text": "a", "page_number": 3}]}

    pages = await generate_story_page_images(ScriptedOpenAI(url_answer()).client, story, "Mira", TRAITS)

    assert [page["page_number"] for page in pages] == [7, 3]


async def test_the_hero_is_on_a_page_that_names_no_character() -> None:
    scripted = ScriptedOpenAI(url_answer())

    await generate_story_page_images(scripted.client, _story("x"), "Mira", TRAITS)

    assert "- Mira: small girl, red coat" in scripted.bodies()[0]["prompt"].splitlines()


async def test_a_page_shows_those_whom_it_names() -> None:
    scripted = ScriptedOpenAI(url_answer())
    story = {"pages": [{"text": "x", "characters": ["MIRA", "Owl"]}, {"text": "y", "characters": []}]}

    await generate_story_page_images(scripted.client, story, "Mira", TRAITS, max_concurrency=1)

    first, second = (body["prompt"] for body in scripted.bodies())
    assert "- Mira: small girl, red coat\n- Owl: as the page's text tells" in first
    assert "No named character is on this page." in second


@pytest.mark.parametrize("form", ["data uri", "bytes", "reference", "store"])
async def test_references_are_taken_in_every_form_that_we_hand_out(form: str) -> None:
    store = InMemoryImageStore()
    await store.write("images/mira.png", png(), media_type="image/png")
    source: Any = {
        "data uri": data_uri(png(), "image/png"),
        "bytes": png(),
        "reference": Reference(png(), "image/png"),
        "store": store.uri("images/mira.png"),
    }[form]
    scripted = ScriptedOpenAI(url_answer())

    await generate_story_page_images(
        scripted.client, _story("x"), "Mira", TRAITS, references=[source, source], store=store
    )

    [sent] = scripted.drawn
    assert sent.url.path == "/v1/images/edits"
    assert sent.content.count(png()) == 2
    assert b"reference picture 1 shows Mira; reference picture 2 shows Mira" in sent.content


async def test_references_are_not_sent_with_a_page_without_the_hero() -> None:
    scripted = ScriptedOpenAI(url_answer())
    story = {"pages": [{"text": "x", "characters": ["Owl"]}]}

    await generate_story_page_images(scripted.client, story, "Mira", TRAITS, references=[png()])

    assert scripted.drawn[0].url.path == "/v1/images/generations"
    assert "reference picture" not in scripted.bodies()[0]["prompt"]


@pytest.mark.parametrize(
    ("arguments", "issue"),
    [
        ({"story_content": None}, "story_content"),
        ({"story_content": []}, "story_content"),
        ({"story_content": {}}, "story_content"),
        ({"story_content": {"pages": []}}, "story_content"),
        ({"story_content": {"pages": "x"}}, "story_content"),
        ({"story_content": {"pages": ["x"]}}, "story_content.pages[0]"),
        ({"story_content": {"pages": [{}]}}, "story_content.pages[0].text"),
        ({"story_content": {"pages": [{"text": " "}]}}, "story_content.pages[0].text"),
        ({"story_content": {"pages": [{"text": 7}]}}, "story_content.pages[0].text"),
        ({"story_content": {"pages": [{"text": "x"}, {"text": "x", "page_number": 1}]}},
         "story_content.pages[1].page_number"),
        ({"story_content": {"pages": [{"text": "x", "page_number": "1"}]}}, "story_content.pages[0].page_number"),
        ({"story_content": {"pages": [{"text": "x", "characters": "Mira"}]}}, "story_content.pages[0].characters"),
        ({"story_content": {"pages": [{"text": "x", "characters": [1]}]}}, "story_content.pages[0].characters.0"),
        ({"character_name": ""}, "character_name"),
        ({"character_traits": "brave"}, "character_traits"),
        ({"references": "x"}, "references"),
        ({"references": [b"x"]}, "references[0]"),
        ({"references": ["https://pictures.example/1.png"]}, "references[0]"),
        ({"references": ["file:///etc/passwd"]}, "references[0]"),
        ({"references": ["data:image/png;base64,%%"]}, "references[0]"),
        ({"references": [7]}, "references[0]"),
        ({"references": [b"x"] * 17}, "references"),
        ({"max_concurrency": True}, "max_concurrency"),
        ({"model": "gpt-image-99"}, "model"),
        ({"progress_callback": 7}, "progress_callback"),
    ],
    ids=str,
)  # fmt: skip
async def test_every_wrong_argument_is_named_before_the_first_call(arguments: dict[str, Any], issue: str) -> None:
    scripted = ScriptedOpenAI(picture_answer())
    valid = {"client": scripted.client, "story_content": _story("x"), "character_name": "Mira"}

    with pytest.raises(ImageValidationError) as caught:
        await generate_story_page_images(**{"character_traits": TRAITS, **valid, **arguments})

    assert caught.value.issue == issue
    assert scripted.requests == []


async def test_a_page_that_fails_does_not_lose_the_others() -> None:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        return refusal(400, "moderation_blocked") if b"scary" in request.content else url_answer()

    heard: list[tuple[int, str]] = []

    with pytest.raises(PicturesIncompleteError) as caught:
        await generate_story_page_images(
            ScriptedOpenAI(by=answer).client,
            _story("a", "scary", "c"),
            "Mira",
            TRAITS,
            progress_callback=lambda percent, message: heard.append((percent, message)),
        )

    error = caught.value
    assert isinstance(error, ImageGenerationError)
    assert [page["page_number"] for page in error.finished] == [1, 3]  # type: ignore[index] # pages, here
    assert isinstance(error.failures[2], PromptRefusedError)
    assert error.details == {"finished": 2, "failed": {"2": "PromptRefusedError"}}
    assert error.context.source == "image_generation.generate_story_page_images"
    assert error.context.severity is ErrorSeverity.WARNING
    assert heard[-1] == (100, "2 of 3 picture(s) drawn, 1 failed")


async def test_pages_do_not_go_on_being_asked_for_when_the_account_is_refused() -> None:
    scripted = ScriptedOpenAI(refusal(429, None, "insufficient_quota"))

    with pytest.raises(ProviderAccountError):
        await generate_story_page_images(scripted.client, _story(*"abcdefgh"), "Mira", TRAITS, max_concurrency=1)

    assert len(scripted.drawn) == 1


async def test_pages_are_drawn_at_once_within_the_limit() -> None:
    scripted = ScriptedOpenAI(url_answer())
    gate = asyncio.Event()

    async def answer(_request: httpx2.Request) -> httpx2.Response:
        if scripted.running == 3:
            gate.set()
        await gate.wait()
        return url_answer()

    scripted._by = answer
    await generate_story_page_images(scripted.client, _story(*"abcdefgh"), "Mira", TRAITS, max_concurrency=3)

    assert scripted.most_running == 3
    assert len(scripted.drawn) == 8


async def test_cancelling_cancels_every_call_and_leaves_no_task() -> None:
    scripted = ScriptedOpenAI(url_answer())
    all_started = asyncio.Event()

    async def hang(_request: httpx2.Request) -> httpx2.Response:
        if scripted.running == 4:
            all_started.set()
        await asyncio.Event().wait()
        raise AssertionError("no call waits that long")

    scripted._by = hang
    drawing = asyncio.create_task(generate_story_page_images(scripted.client, _story(*"abcdefgh"), "Mira", TRAITS))
    await all_started.wait()
    drawing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert scripted.abandoned == 4
    assert len(scripted.drawn) == 4
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_large_reference_is_sent_smaller_and_a_broken_one_is_refused_before_anything_is_bought() -> None:
    scripted = ScriptedOpenAI(picture_answer())
    large = png(2048, 1024)

    await generate_story_page_images(scripted.client, _story("x"), "Mira", TRAITS, references=[large])
    with pytest.raises(ImageValidationError) as refused:
        await generate_story_page_images(scripted.client, _story("x"), "Mira", TRAITS, references=[large[:40]])

    (sent,) = scripted.drawn
    begins = sent.content.index(b"\x89PNG")
    with Image.open(io.BytesIO(sent.content[begins:])) as reference:
        assert reference.size == (1024, 512)
    assert refused.value.issue == "references[0]"
