"""The chat model behind OpenAI's chat completions API, or any compatible service.

We use chat completions, not the newer responses API, because all compatible servers have it (vLLM, llama.cpp, Ollama,
LiteLLM, Azure). For the same reason only `model` and `messages` are always sent, with the role `system`; never a
temperature, which some models refuse. A schema is sent as `response_format`; a limit of tokens as
`max_completion_tokens`, which reasoning models require.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from picturebook.adapters.openai_errors import translated_errors, unusable_answer
from picturebook.errors import ErrorContext, PromptRefusedError
from picturebook.models.pictures import ChatUsage
from picturebook.ports.chat_model import ChatAnswer, ChatRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_SOURCE = "openai_chat_model.complete"


class OpenAIChatModel:
    """Implements `ports.chat_model.ChatModel`; the caller owns the client."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
        """Send one request; see the port. `timeout_seconds` covers everything up to the answer's last byte."""
        with translated_errors(_SOURCE):
            client = self._client.with_options(max_retries=0, timeout=timeout_seconds)
            async with asyncio.timeout(timeout_seconds):
                response = await client.chat.completions.create(
                    model=request.model,
                    messages=[
                        {"role": "system", "content": request.instructions},
                        {"role": "user", "content": request.text},
                    ],
                    **_optional_parameters(request),
                )
            return _read_answer(response)


def _optional_parameters(request: ChatRequest) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    if request.schema is not None:
        form = {"name": request.schema_name, "strict": True, "schema": dict(request.schema)}
        parameters["response_format"] = {"type": "json_schema", "json_schema": form}
    if request.most_tokens_out is not None:
        parameters["max_completion_tokens"] = request.most_tokens_out
    return parameters


def _read_answer(response: object) -> ChatAnswer:
    """Read the SDK's answer object. The SDK validates nothing: HTML is a `str`, and fields may have any type."""
    choices = getattr(response, "choices", None)
    first = choices[0] if isinstance(choices, list) and choices else None
    message = getattr(first, "message", None)
    usage = _usage(getattr(response, "usage", None))
    counted = usage.model_dump() if usage else {}
    reason = getattr(first, "finish_reason", None)
    if getattr(message, "refusal", None) or reason == "content_filter":
        context = ErrorContext(_SOURCE, severity=PromptRefusedError.default_severity)
        raise PromptRefusedError(
            "The chat model declines to answer",
            generation_step="text_extraction",
            context=context,
            details={**counted, "billed": True},
        )
    content = getattr(message, "content", None)
    problem = None
    if reason == "length":  # hidden reasoning may have taken all the tokens, so that there is no text at all
        problem = "its text was cut off"
    elif not isinstance(content, str) or not content.strip():
        problem = "no text in it"
    if problem or not isinstance(content, str):
        raise unusable_answer(
            problem or "", source=_SOURCE, operation="text_extraction", image_format="text", details=counted
        )
    return ChatAnswer(content.strip(), usage)


def _usage(usage: object) -> ChatUsage | None:
    """Return the tokens, or None if the service did not count both kinds."""
    counts = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
    tokens_in, tokens_out = (n if isinstance(n, int) and not isinstance(n, bool) and n >= 0 else None for n in counts)
    if tokens_in is None or tokens_out is None:
        return None
    return ChatUsage(tokens_in=tokens_in, tokens_out=tokens_out)
