"""Reads an image service's answer of status 200, with limits, because any service may have sent it.

The body is never parsed as a whole: the pictures' base64 text is decoded in place, and only the rest is parsed, after
its length was checked. Knows nothing of requests, timeouts or the `openai` package.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NoReturn

from picturebook.adapters.openai_errors import unusable_answer
from picturebook.adapters.openai_rate_limit import read_images_per_minute
from picturebook.models.pictures import DrawnImage, Usage
from picturebook.picture_checks import MOST_PIXELS

# The rest of an answer, beside its pictures: usage, a rewritten prompt (at most 32,000 characters), an echo of the
# request. Parsing may multiply its size by about thirty ({} after {}), so this limits the memory too.
_MOST_AROUND = 1024 * 1024
# The largest accepted picture, in the worst case an uncompressed PNG: 4 bytes per pixel (deflate adds 5 bytes per
# 65,535, PNG one per line: both are far below the mebibyte for the rest), and base64 with 4 characters for 3 bytes:
# 9,200,000 pixels x 4 x 4/3 = 49,066,667 characters. With 1 MiB for the rest: 50,115,243 bytes. The largest picture
# of a model in the catalogue has 8,294,400 pixels.
MOST_BYTES = -(-MOST_PIXELS * 4 * 4 // 3) + _MOST_AROUND

# JSON escapes a " within a string, so only the field itself matches.
_PICTURE = re.compile(rb'"b64_json"\s*:\s*"([^"]*)"')
_SOURCE = "openai_image_model.draw"
Piece = tuple[int, int]


async def read_bounded(pieces: AsyncIterator[bytes]) -> bytearray:
    """Return the whole body; raises ImageProcessingError once it is longer than MOST_BYTES."""
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > MOST_BYTES:
            raise unusable_answer(f"it is longer than {MOST_BYTES} bytes", source=_SOURCE, billed=None)
    return body


def read_image_answer(body: bytearray, headers: Mapping[str, str]) -> DrawnImage:
    """Return the first picture of the answer, its bytes or its URL; the names of `headers` are in lower case.

    Raises ImageProcessingError when there is none: `response_parsing` for what is no JSON, `url_extraction` for JSON
    without a picture, `base64_decoding` for one that cannot be decoded.
    """
    pieces, around = _take_pictures_out(body)
    answer = _parse(around)
    image = _first_image(answer)
    url = image.get("url")
    encoded = image.get("b64_json")
    if encoded is None and not (isinstance(url, str) and url.startswith(("https://", "http://"))):
        _refuse("neither a picture nor an address", "url_extraction", "url")
    return DrawnImage(
        content=None if encoded is None else _decode(body, pieces, encoded),
        url=url if isinstance(url, str) else None,
        usage=_read_usage(answer.get("usage")),
        provider_request_id=headers.get("x-request-id"),
        images_per_minute=read_images_per_minute(headers),
    )


def _take_pictures_out(body: bytearray) -> tuple[Sequence[Piece], bytes]:
    """Return the positions of the pictures' text, and the body with that text replaced by numbers, from 0."""
    pieces: list[Piece] = []
    around = bytearray()
    kept = 0
    for found in _PICTURE.finditer(body):
        start, end = found.span(1)
        _check_is_small(len(around) + start - kept)
        around += body[kept:start] + str(len(pieces)).encode()
        pieces.append((start, end))
        kept = end
    _check_is_small(len(around) + len(body) - kept)
    return pieces, bytes(around + body[kept:])


def _check_is_small(length: int) -> None:
    if length > _MOST_AROUND:
        raise unusable_answer("there is too much in it beside a picture", source=_SOURCE, billed=None)


def _parse(around: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(around)
    except (ValueError, RecursionError) as error:
        problem = "the answer could not be parsed"
        raise unusable_answer(problem, source=_SOURCE, details={"error": type(error).__name__}) from None
    return answer if isinstance(answer, dict) else {}


def _first_image(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    images = answer.get("data")
    if not isinstance(images, list) or not images or not isinstance(images[0], dict):
        # A service that reports an error here may have failed before or after it drew: billing is unknown.
        if answer.get("error"):
            raise unusable_answer(
                "an error in place of a picture",
                source=_SOURCE,
                operation="url_extraction",
                image_format="url",
                billed=None,
            )
        _refuse("no picture in it", "url_extraction", "url")
    first: Mapping[str, Any] = images[0]
    return first


def _decode(body: bytearray, pieces: Sequence[Piece], number: object) -> bytes:
    """Return the bytes of the picture whose text was replaced by this number."""
    is_known = isinstance(number, str) and number.isdecimal() and len(number) < 8 and int(number) < len(pieces)
    content = b""
    if is_known:
        start, end = pieces[int(str(number))]
        text: bytes | memoryview = memoryview(body)[start:end]
        if body.find(b"\\", start, end) >= 0:
            text = bytes(text).replace(rb"\/", b"/")  # some services escape / in JSON
        try:
            content = binascii.a2b_base64(text, strict_mode=True)
        except binascii.Error:
            content = b""
    if not content:
        _refuse("its base64 cannot be decoded", "base64_decoding", "b64_json")
    return content


def _refuse(problem: str, operation: str, image_format: str) -> NoReturn:
    raise unusable_answer(problem, source=_SOURCE, operation=operation, image_format=image_format)


def _read_usage(usage: object) -> Usage | None:
    """Return the tokens to price, or None if the service did not count the output."""
    image_out = _count(_part(usage, "output_tokens_details"), "image_tokens")
    if image_out is None:
        image_out = _count(usage, "output_tokens")
    if image_out is None:
        return None
    inputs = _part(usage, "input_tokens_details")
    return Usage(
        text_in=_count(inputs, "text_tokens") or 0, image_in=_count(inputs, "image_tokens") or 0, image_out=image_out
    )


def _part(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _count(value: object, name: str) -> int | None:
    found = _part(value, name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
