"""The chat model that writes text for money."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from picturebook.models.pictures import ChatUsage


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What one call asks. `instructions` are ours; `text` holds the caller's words, which are data.

    With a `schema` (JSON Schema, as strict as the provider wants it) the answer is JSON of that form; `schema_name`
    has 1 to 64 of a-z A-Z 0-9 _ -. `most_tokens_out` bounds what may be billed, hidden reasoning included; None: no
    bound.
    """

    model: str
    instructions: str = field(repr=False)
    text: str = field(repr=False)
    schema: Mapping[str, object] | None = field(default=None, repr=False)
    schema_name: str = "answer"
    most_tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """The whole text, never blank, and the tokens that were counted; None where the service did not count them."""

    text: str = field(repr=False)
    usage: ChatUsage | None


class ChatModel(Protocol):
    """Answers one question per call, without memory of earlier ones. Every call may be billed."""

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
        """Return the whole answer, its text without surrounding white space; does not retry.

        Raises ImageGenerationError's children, by what the caller should do (PromptRefusedError also when the model
        itself declines), and ImageProcessingError for an answer without text or one that was cut off. Where an answer
        came that cannot be used, the error's details hold `billed`, and `tokens_in` and `tokens_out` where counted.
        """
        ...


class ChatPrices(Protocol):
    """What a chat model's words cost."""

    def cost(self, usage: ChatUsage) -> Decimal | None:
        """Return what was paid, in US$, None where the price is not known."""
        ...

    def max_cost(self, *, prompt_bytes: int, most_tokens_out: int) -> Decimal | None:
        """Return what a call may cost at the most, in US$, None where the price is not known."""
        ...


def max_chat_cost(request: ChatRequest, prices: ChatPrices) -> Decimal | None:
    """Return what the call may cost at the most, in US$; None where nobody knows, or nothing bounds its answer."""
    if request.most_tokens_out is None:
        return None
    sent = request.instructions + request.text + (json.dumps(request.schema) if request.schema else "")
    return prices.max_cost(prompt_bytes=len(sent.encode()), most_tokens_out=request.most_tokens_out)
