"""Queues in this process's memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from picturebook.models.messages import AnyDrawMessage


class InMemoryDrawQueue:
    """A DrawQueue; `messages` holds the sent messages in order."""

    def __init__(self) -> None:
        self.messages: list[AnyDrawMessage] = []

    async def send(self, messages: Sequence[AnyDrawMessage]) -> None:
        """Queue every message."""
        self.messages.extend(messages)


@dataclass(frozen=True, slots=True)
class RefusedInput:
    """An input, unchanged, with the reason of the refusal and its origin."""

    raw: str
    reason: str
    origin: str


class InMemoryRefusedInputQueue:
    """A RefusedInputQueue; `kept` holds the refused inputs in order."""

    def __init__(self) -> None:
        self.kept: list[RefusedInput] = []

    async def keep(self, raw: str, *, reason: str, origin: str) -> None:
        """Keep `raw` with its reason and origin."""
        self.kept.append(RefusedInput(raw, reason, origin))
