"""The chat model that writes text for money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What one call asks. `instructions` are ours; `text` holds the caller's words, which are data."""

    model: str
    instructions: str
    text: str


class ChatModel(Protocol):
    """Answers one question per call, without memory of earlier ones. Every call may be billed."""

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> str:
        """Return the whole answer, never blank, without surrounding white space; does not retry.

        Raises ImageGenerationError's children, by what the caller should do, and ImageProcessingError
        for an answer without text or one that was cut off.
        """
        ...
