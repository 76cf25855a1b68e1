"""The HTTP client of our own OpenAI clients, which reads only the beginning of an error's body.

The SDK reads the whole body of a response with status 400 or above before it raises an error. Status, code and type are
in the first kilobyte, so an endless body must not fill the memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from httpx2 import AsyncByteStream, Response
from openai import DefaultAsyncHttpxClient

# Before decompression, which may multiply it by a thousand, to 64 MB.
MOST_ERROR_BYTES = 64 * 1024


def open_http_client() -> DefaultAsyncHttpxClient:
    """Return a client like the SDK's own, but with a limit for error bodies. The caller closes it."""
    return DefaultAsyncHttpxClient(event_hooks={"response": [cut_errors_short]})


async def cut_errors_short(response: Response) -> None:
    """Limit the body of an error response to its first MOST_ERROR_BYTES; a response hook of httpx2."""
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
        """Close the response: the connection returns to the pool if the body was read to its end."""
        await self._whole.aclose()
