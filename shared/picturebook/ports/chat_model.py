"""A chat model, whose every call may be billed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from picturebook.models.pictures import ChatUsage


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call's request. `instructions` are ours; `text` holds the publisher's text, which is data.

    With a `schema` (JSON Schema, in the strict form that the provider requires) the answer is JSON of that schema;
    `schema_name` has 1 to 64 of a-z A-Z 0-9 _ -. `most_tokens_out` limits the billed output, hidden reasoning included;
    None: no limit.
    """

    model: str
    instructions: str = field(repr=False)
    text: str = field(repr=False)
    schema: Mapping[str, object] | None = field(default=None, repr=False)
    schema_name: str = "answer"
    most_tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """The whole text, never blank, and its token counts; None if the service did not count them."""

    text: str = field(repr=False)
    usage: ChatUsage | None


class ChatModel(Protocol):
    """Answers one request per call, without memory of earlier ones. Every call may be billed."""

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
        """Return the whole answer, its text without surrounding white space; does not retry.

        Raises subclasses of ImageGenerationError (PromptRefusedError also when the model itself declines), and
        ImageProcessingError for an answer without text or one that was cut off. For an answer that cannot be used, the
        error's details hold `billed`, and `tokens_in` and `tokens_out` if they were counted.
        """
        ...


class ChatPrices(Protocol):
    """What a chat model costs."""

    def cost(self, usage: ChatUsage) -> Decimal | None:
        """Return what was paid, in US$; None if the price is unknown."""
        ...

    def max_cost(self, *, prompt_bytes: int, most_tokens_out: int) -> Decimal | None:
        """Return the maximum cost of a call, in US$; None if the price is unknown."""
        ...


def max_chat_cost(request: ChatRequest, prices: ChatPrices) -> Decimal | None:
    """Return the maximum cost of the call, in US$; None if the price is unknown or its answer has no limit."""
    if request.most_tokens_out is None:
        return None
    sent = request.instructions + request.text + (json.dumps(request.schema) if request.schema else "")
    return prices.max_cost(prompt_bytes=len(sent.encode()), most_tokens_out=request.most_tokens_out)
