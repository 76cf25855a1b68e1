"""Invalid answers of every kind, read by the real client over HTTP: one error, no hang, no excess reading."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from openai import AsyncOpenAI

from local.image_service.config import ServiceConfig
from local.image_service.fault_rules import FaultRule
from local.image_service.server import ImageServer
from picturebook.adapters.openai_http_client import MOST_ERROR_BYTES, open_http_client
from picturebook.adapters.openai_image_answer import MOST_BYTES
from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.catalogue import load_catalogue
from picturebook.catalogue.sizes import SizeRule, dimensions
from picturebook.errors import ImageProcessingError, ProviderUnavailableError
from picturebook.models.pictures import ImageRequest
from picturebook.picture_checks import check_picture
from tests.adapters.bad_answers import BAD_ANSWERS, IMAGES, NAMES
from tests.image_generation.scripted_openai import ScriptedOpenAI

KEY = "sk-test-only"
REQUEST = ImageRequest("gpt-image-2", "a fox", "1024x640", "low")


@pytest.fixture(scope="module")
def server() -> Iterator[ImageServer]:
    with ImageServer(ServiceConfig(api_key=KEY, prerendered=True)) as running:
        yield running


@pytest.fixture
async def client(server: ImageServer) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(api_key=KEY, base_url=server.base_url, http_client=open_http_client()) as opened:
        yield opened


async def draw_and_check(client: AsyncOpenAI, *, counted: bool) -> None:
    drawn = await OpenAIImageModel(client).draw(REQUEST, timeout_seconds=60)
    assert drawn.content is not None
    assert (drawn.usage is not None) == counted
    check_picture(drawn.content, size=REQUEST.size)


@pytest.mark.parametrize(("rule", "operation", "counted"), BAD_ANSWERS, ids=NAMES)
async def test_an_invalid_answer_is_one_error_that_names_its_check(
    server: ImageServer, client: AsyncOpenAI, rule: FaultRule, operation: str, counted: bool
) -> None:
    server.service.faults.replace([rule])

    with pytest.raises(ImageProcessingError) as caught:
        await draw_and_check(client, counted=counted)

    assert caught.value.operation == operation
    assert server.service.faults.describe()[0]["acted"] == 1


async def test_only_the_beginning_of_an_endless_error_is_read(server: ImageServer, client: AsyncOpenAI) -> None:
    server.service.faults.replace([FaultRule(action="endless_answer", status=503, path=IMAGES)])

    with pytest.raises(ProviderUnavailableError) as caught:
        await OpenAIImageModel(client).draw(REQUEST, timeout_seconds=60)

    assert caught.value.details["status"] == 503


async def test_an_error_of_usual_length_is_read_whole() -> None:
    words = "x" * (MOST_ERROR_BYTES - 200)
    refused = httpx2.Response(400, json={"error": {"message": words, "code": "invalid_value", "type": "t"}})
    async with open_http_client() as http:
        [hook] = http.event_hooks["response"]
        await hook(refused)
        assert json.loads(await refused.aread())["error"]["message"] == words


def _answer(body: bytes, **headers: str) -> httpx2.Response:
    return httpx2.Response(200, content=body, headers={"content-type": "application/json", **headers})


async def _drawn_from(body: bytes, **headers: str) -> bytes | None:
    async def answer(_request: httpx2.Request) -> httpx2.Response:
        return _answer(body, **headers)

    return (await OpenAIImageModel(ScriptedOpenAI(by=answer).client).draw(REQUEST, timeout_seconds=60)).content


async def _operation(body: bytes, **headers: str) -> str:
    with pytest.raises(ImageProcessingError) as caught:
        await _drawn_from(body, **headers)
    return caught.value.operation


def test_the_largest_picture_of_the_catalogue_fits_into_an_answer() -> None:
    catalogue = load_catalogue()
    rules = [catalogue.spec(name).sizes for name in catalogue.names]
    most = max(rule.most_pixels for rule in rules if isinstance(rule, SizeRule))
    width, height = dimensions("3840x2160")
    assert most == width * height
    # Uncompressed, with alpha; each line of PNG has one extra byte, each block of deflate five.
    raw = height * (1 + 4 * width)
    assert 4 * (raw + 5 * (raw // 65535 + 1)) / 3 + 100_000 < MOST_BYTES


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":[' + b"{}," * 400_000 + b"{}]}",
        b'{"data":[' + b'{"b64_json":""},' * 100_000 + b"{}]}",
        b'{"data":[{"b64_json":"aGVsbG8="}],"more":"' + b"x" * 1_100_000 + b'"}',
        b"x" * 1_100_000,
    ],
    ids=["objects", "empty pictures", "words behind", "letters"],
)
async def test_an_answer_with_too_much_beside_a_picture_is_not_parsed(body: bytes) -> None:
    assert await _operation(body) == "response_parsing"


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":[{"b64_json":' + b"1" * 5000 + b"}]}",
        b"[" * 100_000,
        b'{"data":[{"b64_json":"aGVsbG8="}]',
        b"\xff\xfe\x00",
        b"",
    ],
    ids=["a long number", "deep", "cut off", "no text", "nothing"],
)
async def test_an_answer_that_is_no_json_is_refused(body: bytes) -> None:
    assert await _operation(body) == "response_parsing"


async def test_an_answer_that_unpacks_to_more_than_any_picture_is_not_unpacked() -> None:
    bomb = gzip.compress(b'{"data":[{"b64_json":"' + b"A" * (MOST_BYTES + 1), 1)
    assert await _operation(bomb, **{"content-encoding": "gzip"}) == "response_parsing"


async def test_a_packed_answer_is_read() -> None:
    body = gzip.compress(b'{"data":[{"b64_json":"aGVsbG8="}]}')
    assert await _drawn_from(body, **{"content-encoding": "gzip"}) == b"hello"


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b'{ "data" : [ { "b64_json" : "aGVsbG8=" } ] }', b"hello"),
        (b'{"data":[{"b64_json":"aGVsbG8="},{"b64_json":"Ynll"}]}', b"hello"),
        (b'{"first":{"b64_json":"Ynll"},"data":[{"b64_json":"aGVsbG8="}]}', b"hello"),
        (b'{"data":[{"revised_prompt":"say \\"b64_json\\": \\"x\\"","b64_json":"aGVsbG8="}]}', b"hello"),
        (b'{"data":[{"b64_json":"\\/\\/\\/\\/"}]}', base64.b64decode("////")),
        ('{"data":[{"revised_prompt":"ein Füchslein 🦊","b64_json":"aGVsbG8="}]}'.encode(), b"hello"),
    ],
    ids=["spaces", "two pictures", "another first", "a quoting prompt", "escaped slashes", "beyond ascii"],
)
async def test_every_form_of_json_is_read(body: bytes, content: bytes) -> None:
    assert await _drawn_from(body) == content


@pytest.mark.parametrize("number", [b'"9"', b'"-1"', b'"0x"', b"[]", b"true"])
async def test_a_number_in_place_of_a_picture_is_refused(number: bytes) -> None:
    body = b'{"data":[{"b64\\u005fjson":' + number + b'}],"x":{"b64_json":"aGVsbG8="}}'
    assert await _operation(body) == "base64_decoding"


async def test_an_error_inside_a_200_leaves_the_billing_unknown() -> None:
    with pytest.raises(ImageProcessingError) as caught:
        await _drawn_from(b'{"error":{"message":"sk-secret","code":"server_error"}}')
    assert caught.value.details == {"billed": None}
    assert "sk-secret" not in caught.value.message


async def test_token_counts_that_are_no_numbers_are_ignored() -> None:
    body = b'{"data":[{"b64_json":"aGVsbG8="}],"usage":{"output_tokens":true,"input_tokens_details":[1]}}'
    drawn = await OpenAIImageModel(ScriptedOpenAI(_answer(body)).client).draw(REQUEST, timeout_seconds=60)
    assert drawn.usage is None
