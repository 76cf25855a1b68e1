"""Queues in this process's memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from picturebook.models.messages import AnyDrawMessage


class InMemoryDrawQueue:
    """A DrawQueue; `messages` holds what was sent, in order."""

    def __init__(self) -> None:
        self.messages: list[AnyDrawMessage] = []

    async def send(self, messages: Sequence[AnyDrawMessage]) -> None:
        """Queue every message."""
        self.messages.extend(messages)


@dataclass(frozen=True, slots=True)
class RefusedInput:
    """An input as it came, why it was refused, and where it came from."""

    raw: str
    reason: str
    origin: str


class InMemoryRefusedInputQueue:
    """A RefusedInputQueue; `kept` holds what was refused, in order."""

    def __init__(self) -> None:
        self.kept: list[RefusedInput] = []

    async def keep(self, raw: str, *, reason: str, origin: str) -> None:
        """Keep `raw` with its reason and origin."""
        self.kept.append(RefusedInput(raw, reason, origin))
