"""The official client talks to the service over HTTP, without special casing."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest
from PIL import Image

from tests.local.image_service.conftest import PATIENCE

SIGNATURES = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}


def opened(answer: Any, index: int = 0) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(answer.data[index].b64_json)))


@pytest.mark.parametrize("output_format", list(SIGNATURES))
def test_generate_answers_a_picture_of_the_size_and_format_asked_for(
    draw_one: Callable[..., Any], output_format: str
) -> None:
    answer = draw_one(size="1024x640", output_format=output_format, quality="low")
    picture = opened(answer)
    assert (picture.format, picture.size) == (SIGNATURES[output_format], (1024, 640))
    assert (answer.size, answer.quality, answer.output_format) == ("1024x640", "low", output_format)
    assert answer.background == "opaque"
    assert answer.created > 0
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert answer.data[0].url is None
    assert answer.data[0].revised_prompt is None


def test_n_pictures_are_billed_one_by_one(draw_one: Callable[..., Any], service: Any) -> None:
    before = service.billed()
    assert len(draw_one(n=2, size="1024x640").data) == 2
    assert service.billed() == before + 2
    lines = service.ledger_path.read_text().splitlines()
    record = json.loads(lines[-1])
    assert record["path"] == "/v1/images/generations"
    assert record["size"] == "1024x640"
    assert record["usd"] > 0
    assert "fox" not in lines[-1]


def test_edit_takes_one_or_many_references(client: openai.OpenAI, service: Any) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(buffer, "PNG")
    reference = ("sheet.png", buffer.getvalue(), "image/png")
    one = client.images.edit(model="gpt-image-2", prompt="a fox", image=reference)
    many = client.images.edit(model="gpt-image-2", prompt="a fox", image=[reference] * 3)
    assert one.usage is not None
    assert many.usage is not None
    assert many.usage.input_tokens_details.image_tokens == 3 * one.usage.input_tokens_details.image_tokens
    assert json.loads(service.ledger_path.read_text().splitlines()[-1])["references"] == 3


def test_edit_refuses_too_many_references_and_what_is_no_picture(client: openai.OpenAI) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    with pytest.raises(openai.BadRequestError) as too_many:
        client.images.edit(model="gpt-image-2", prompt="a fox", image=[("a.png", buffer.getvalue())] * 17)
    assert too_many.value.param == "image"
    with pytest.raises(openai.BadRequestError, match="Too many files"):
        client.images.edit(model="gpt-image-2", prompt="a fox", image=[("a.png", buffer.getvalue())] * 30)
    with pytest.raises(openai.BadRequestError) as rubbish:
        client.images.edit(model="gpt-image-2", prompt="a fox", image=("a.png", b"no picture"))
    assert rubbish.value.code == "invalid_image_file"


def test_models_name_their_shutdown_date_and_leave_out_the_retired(client: openai.OpenAI) -> None:
    listed = {model.id: model for model in client.models.list()}
    assert "dall-e-3" not in listed
    assert client.models.retrieve("gpt-image-2").shutdown_date is None
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("dall-e-3")


def test_moderation_flags_a_refused_word_and_the_picture_is_refused_too(
    client: openai.OpenAI, draw_one: Callable[..., Any], service: Any
) -> None:
    judged = client.moderations.create(input=["a fox", "a Forbidden-by-Policy fox"])
    assert [result.flagged for result in judged.results] == [False, True]
    before = service.billed()
    with pytest.raises(openai.BadRequestError) as refused:
        draw_one(prompt="a forbidden-by-policy fox")
    assert (refused.value.code, refused.value.type) == ("moderation_blocked", "image_generation_user_error")
    assert service.billed() == before


def test_chat_models_enrich_the_last_user_message_always_the_same(client: openai.OpenAI) -> None:
    answers = [client.responses.create(model="gpt-5-mini", input="A fox at dawn").output_text for _ in range(2)]
    chat = client.chat.completions.create(
        model="gpt-5-mini",
        messages=[{"role": "system", "content": "Enrich."}, {"role": "user", "content": "A fox at dawn"}],
    )
    assert answers[0] == answers[1] == chat.choices[0].message.content
    assert answers[0].startswith("A fox at dawn.")
    assert len(answers[0]) > 60
    assert chat.usage is not None
    assert chat.usage.total_tokens > 10


@pytest.mark.parametrize(("key", "code"), [("sk-wrong", "invalid_api_key")])
def test_a_wrong_key_is_refused(service: Any, key: str, code: str) -> None:
    with service.client(key) as client, pytest.raises(openai.AuthenticationError) as refused:
        client.images.generate(model="gpt-image-2", prompt="a fox")
    assert refused.value.code == code
    assert refused.value.request_id


def test_a_missing_key_and_a_body_that_is_no_json_are_refused(service: Any) -> None:
    address = f"{service.base_url}/images/generations"
    assert httpx2.post(address, json={}, timeout=PATIENCE).status_code == 401
    broken = httpx2.post(address, content=b"{", headers={"authorization": "Bearer sk-test"}, timeout=PATIENCE)
    assert broken.status_code == 400
    assert broken.json()["error"]["type"] == "invalid_request_error"


def test_an_unknown_path_is_not_found_in_the_providers_words(service: Any) -> None:
    answer = httpx2.get(f"{service.base_url}/videos", headers={"authorization": "Bearer sk-test"}, timeout=PATIENCE)
    assert answer.status_code == 404
    assert "error" in answer.json()


async def test_the_asynchronous_client_works_as_well(service: Any) -> None:
    async with openai.AsyncOpenAI(base_url=service.base_url, api_key="sk-test", max_retries=0) as client:
        answer = await client.images.generate(model="gpt-image-2", prompt="a fox", size="1024x640")
    assert opened(answer).size == (1024, 640)


def test_the_service_counts_its_traffic(service: Any, draw_one: Callable[..., Any]) -> None:
    address = f"{service.server.origin}/admin/stats"
    before = httpx2.get(address, timeout=PATIENCE).json()
    draw_one()
    after = httpx2.get(address, timeout=PATIENCE).json()
    assert after["served"] == before["served"] + 1
    assert after["in_flight"] == 0
    assert after["images_billed"] == before["images_billed"] + 1
