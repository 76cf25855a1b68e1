"""The chat model behind OpenAI's chat completions, or any service that speaks them.

Chat completions and not the newer responses: of the two it is what every compatible server has had
from the start (vLLM, llama.cpp, Ollama, LiteLLM, Azure). For the same reason only `model` and
`messages` are always sent, with the role `system`, and no temperature: it is refused by one model or the next.
A schema goes as `response_format`, a bound of tokens by its newer name, which reasoning models insist on.
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
    """Asks through a client that it does not own; implements `ports.chat_model.ChatModel`."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
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
                    **_wishes(request),
                )
            return _read_answer(response)


def _wishes(request: ChatRequest) -> dict[str, Any]:
    wishes: dict[str, Any] = {}
    if request.schema is not None:
        form = {"name": request.schema_name, "strict": True, "schema": dict(request.schema)}
        wishes["response_format"] = {"type": "json_schema", "json_schema": form}
    if request.most_tokens_out is not None:
        wishes["max_completion_tokens"] = request.most_tokens_out
    return wishes


def _read_answer(response: object) -> ChatAnswer:
    """Read what the SDK made of the answer. It validates nothing: HTML is a `str`, fields hold any type."""
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
    """Return the tokens, or None where the service did not count both kinds."""
    counts = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
    tokens_in, tokens_out = (n if isinstance(n, int) and not isinstance(n, bool) and n >= 0 else None for n in counts)
    if tokens_in is None or tokens_out is None:
        return None
    return ChatUsage(tokens_in=tokens_in, tokens_out=tokens_out)
