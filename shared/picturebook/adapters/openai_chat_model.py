"""The chat model behind OpenAI's chat completions, or any service that speaks them.

Chat completions and not the newer responses: of the two it is what every compatible server has had
from the start (vLLM, llama.cpp, Ollama, LiteLLM, Azure). For the same reason only `model` and
`messages` are sent, with the role `system`: temperatures and token limits go by different names, or
are refused, from one model to the next.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from picturebook.adapters.openai_errors import translated_errors, unusable_answer
from picturebook.ports.chat_model import ChatRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_SOURCE = "openai_chat_model.complete"


class OpenAIChatModel:
    """Asks through a client that it does not own; implements `ports.chat_model.ChatModel`."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> str:
        """Ask once; see the port. `timeout_seconds` covers everything up to the answer's last byte."""
        with translated_errors(_SOURCE):
            client = self._client.with_options(max_retries=0, timeout=timeout_seconds)
            async with asyncio.timeout(timeout_seconds):
                response = await client.chat.completions.create(
                    model=request.model,
                    messages=[
                        {"role": "system", "content": request.instructions},
                        {"role": "user", "content": request.text},
                    ],
                )
            return _read_answer(response)


def _read_answer(response: object) -> str:
    """Read what the SDK made of the answer. It validates nothing: HTML is a `str`, fields hold any type."""
    choices = getattr(response, "choices", None)
    first = choices[0] if isinstance(choices, list) and choices else None
    content = getattr(getattr(first, "message", None), "content", None)
    if not isinstance(content, str) or not content.strip():
        raise unusable_answer("no text in it", source=_SOURCE, operation="text_extraction", image_format="text")
    if getattr(first, "finish_reason", None) == "length":
        raise unusable_answer("its text was cut off", source=_SOURCE, operation="text_extraction", image_format="text")
    return content.strip()
