"""The image model behind OpenAI's images API, or any compatible service.

Knows nothing of prices, retries or circuits. The caller makes and closes the client. This module imports only types of
the `openai` package, as the package itself takes a second to import.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol

from picturebook.adapters.openai_errors import translated_errors
from picturebook.adapters.openai_image_answer import read_bounded, read_image_answer
from picturebook.models.pictures import DrawnImage, ImageRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_SOURCE = "openai_image_model.draw"
_OPTIONAL_PARAMETERS = ("style", "background", "output_format", "moderation", "input_fidelity")


class _HttpAnswer(Protocol):
    """An answer whose body is not read yet, as the SDK's `with_streaming_response` returns it."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    def iter_bytes(self) -> AsyncIterator[bytes]: ...


class OpenAIImageModel:
    """Implements `ports.image_model.ImageModel`; the caller owns the client."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        """Draw once; see the port. A request with references goes to the edits endpoint.

        `timeout_seconds` covers everything from connecting to the answer's last byte. The client's own timeout does
        not: it starts again with every chunk that arrives.
        """
        with translated_errors(_SOURCE):
            client = self._client.with_options(max_retries=0, timeout=timeout_seconds)
            async with asyncio.timeout(timeout_seconds), _send(client, request) as answer:
                body = await read_bounded(answer.iter_bytes())
            return read_image_answer(body, answer.headers)


def _send(client: AsyncOpenAI, request: ImageRequest) -> AbstractAsyncContextManager[_HttpAnswer]:
    # Any: the catalogue knows which values a model accepts, not the SDK's Literal types.
    parameters: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "size": request.size,
        "quality": request.quality,
    }
    optional = {name: getattr(request, name) for name in _OPTIONAL_PARAMETERS if getattr(request, name) is not None}
    if optional:
        # As `extra_body`, because each of the SDK's two methods lacks some of them; the service refuses unknown ones.
        parameters["extra_body"] = optional
    images = client.images.with_streaming_response
    if not request.references:
        drawn: AbstractAsyncContextManager[_HttpAnswer] = images.generate(**parameters)
        return drawn
    files = [
        (f"reference-{number}.{reference.media_type.rpartition('/')[2]}", reference.content, reference.media_type)
        for number, reference in enumerate(request.references, start=1)
    ]
    edited: AbstractAsyncContextManager[_HttpAnswer] = images.edit(image=files, **parameters)
    return edited
