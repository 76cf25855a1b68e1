"""The image model behind OpenAI's images API, or any service that speaks it.

Knows nothing of prices, retries or circuits. The caller makes and closes the client; only types of the
`openai` package are named here, so that importing this module does not cost the second that it takes.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from picturebook.adapters.openai_errors import translated_errors, unusable_answer
from picturebook.adapters.openai_rate_limit import read_images_per_minute
from picturebook.models.pictures import DrawnImage, ImageRequest, Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Image

_SOURCE = "openai_image_model.draw"
_WISHES = ("style", "background", "output_format", "moderation", "input_fidelity")


class _Answer(Protocol):
    """An answer that was read to its end and not parsed yet, as the SDK's `with_raw_response` gives it."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    def parse(self) -> object: ...


class OpenAIImageModel:
    """Draws through a client that it does not own; implements `ports.image_model.ImageModel`."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        """Draw once; see the port. References go to the edits endpoint, as the API has it.

        `timeout_seconds` covers everything from connecting to the answer's last byte: the client's own
        timeout starts again with every piece that arrives.
        """
        with translated_errors(_SOURCE):
            client = self._client.with_options(max_retries=0, timeout=timeout_seconds)
            async with asyncio.timeout(timeout_seconds):
                answer = await _send(client, request)
            return _read_answer(answer.parse(), images_per_minute=read_images_per_minute(answer.headers))


async def _send(client: AsyncOpenAI, request: ImageRequest) -> _Answer:
    # Any: which values a model takes is the catalogue's knowledge, not that of the SDK's Literal types.
    parameters: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "size": request.size,
        "quality": request.quality,
    }
    wishes = {name: getattr(request, name) for name in _WISHES if getattr(request, name) is not None}
    if wishes:
        # Beside the named ones, as each of the SDK's two methods lacks some: a service that refuses one says so itself.
        parameters["extra_body"] = wishes
    images = client.images.with_raw_response
    if not request.references:
        drawn: _Answer = await images.generate(**parameters)
        return drawn
    files = [
        (f"reference-{number}.{reference.media_type.rpartition('/')[2]}", reference.content, reference.media_type)
        for number, reference in enumerate(request.references, start=1)
    ]
    edited: _Answer = await images.edit(image=files, **parameters)
    return edited


def _read_answer(response: object, *, images_per_minute: int | None) -> DrawnImage:
    """Read what the SDK made of the answer. It validates nothing: HTML is a `str`, fields hold any type."""
    image = _first_image(response)
    url = getattr(image, "url", None)
    encoded = getattr(image, "b64_json", None)
    if encoded is None and not (isinstance(url, str) and url.startswith(("https://", "http://"))):
        raise unusable_answer(
            "neither a picture nor an address", source=_SOURCE, operation="url_extraction", image_format="url"
        )
    return DrawnImage(
        content=None if encoded is None else _decode(encoded),
        url=url if isinstance(url, str) else None,
        usage=_read_usage(getattr(response, "usage", None)),
        provider_request_id=getattr(response, "_request_id", None),
        images_per_minute=images_per_minute,
    )


def _first_image(response: object) -> Image:
    images = getattr(response, "data", None)
    if not isinstance(images, list) or not images:
        raise unusable_answer("no picture in it", source=_SOURCE, operation="url_extraction", image_format="url")
    first: Image = images[0]
    return first


def _decode(encoded: object) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else b""
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise unusable_answer(
            "its base64 cannot be decoded", source=_SOURCE, operation="base64_decoding", image_format="b64_json"
        )
    return content


def _read_usage(usage: object) -> Usage | None:
    """Return the tokens to price, or None when the service did not count the output."""
    image_out = getattr(getattr(usage, "output_tokens_details", None), "image_tokens", None)
    if image_out is None:
        image_out = getattr(usage, "output_tokens", None)
    if not isinstance(image_out, int):
        return None
    inputs = getattr(usage, "input_tokens_details", None)
    text_in = getattr(inputs, "text_tokens", None)
    image_in = getattr(inputs, "image_tokens", None)
    return Usage(
        text_in=text_in if isinstance(text_in, int) else 0,
        image_in=image_in if isinstance(image_in, int) else 0,
        image_out=image_out,
    )
