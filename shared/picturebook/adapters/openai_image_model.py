"""The image model behind OpenAI's images API, or any service that speaks it.

Knows nothing of prices, retries or circuits. The caller makes and closes the client; only types of the
`openai` package are named here, so that importing this module does not cost the second that it takes.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING, Any

from picturebook.adapters.openai_errors import translated_errors, unusable_answer
from picturebook.models.pictures import DrawnImage, ImageRequest, Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Image, ImagesResponse

_SOURCE = "openai_image_model.draw"


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
                response = await _send(client, request)
            return _read_answer(response)


async def _send(client: AsyncOpenAI, request: ImageRequest) -> ImagesResponse:
    # Any: which values a model takes is the catalogue's knowledge, not that of the SDK's Literal types.
    parameters: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "size": request.size,
        "quality": request.quality,
    }
    if request.style is not None:
        # Beside the named ones, as `images.edit` has no such argument: a service that refuses it says so itself.
        parameters["extra_body"] = {"style": request.style}
    if not request.references:
        drawn: ImagesResponse = await client.images.generate(**parameters)
        return drawn
    files = [
        (f"reference-{number}.{reference.media_type.rpartition('/')[2]}", reference.content, reference.media_type)
        for number, reference in enumerate(request.references, start=1)
    ]
    edited: ImagesResponse = await client.images.edit(image=files, **parameters)
    return edited


def _read_answer(response: object) -> DrawnImage:
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
