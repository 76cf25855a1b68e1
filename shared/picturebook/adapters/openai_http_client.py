"""The HTTP client that our own OpenAI clients send by: of an error it reads the beginning only.

The SDK reads the body of every status from 400 on to its end before it says anything. What decides (status, code,
type) stands in the first kilobyte, so the rest of an answer that does not end is not worth the memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from httpx2 import AsyncByteStream, Response
from openai import DefaultAsyncHttpxClient

# As it was sent: compressed, it may grow to a thousand times as much, 64 MB.
MOST_ERROR_BYTES = 64 * 1024


def open_http_client() -> DefaultAsyncHttpxClient:
    """Return a client as the SDK would make it for itself, whose errors have bounds. Whoever gets it closes it."""
    return DefaultAsyncHttpxClient(event_hooks={"response": [cut_errors_short]})


async def cut_errors_short(response: Response) -> None:
    """Let only the first MOST_ERROR_BYTES of an error's body be read; a response hook of httpx2."""
    if response.status_code >= 400 and isinstance(response.stream, AsyncByteStream):
        response.stream = _Beginning(response.stream)


class _Beginning(AsyncByteStream):
    def __init__(self, whole: AsyncByteStream) -> None:
        self._whole = whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_ERROR_BYTES
        async for piece in self._whole:
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return

    async def aclose(self) -> None:
        """End the connection, or give it back where its answer was read to the end."""
        await self._whole.aclose()
