"""The settings of one image service, its clock and its source of ids included."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REFUSED_WORDS = ("forbidden-by-policy",)


def new_hex_id() -> str:
    """Return 32 random hex digits (a version 4 UUID)."""
    return uuid.uuid4().hex


@dataclass(frozen=True, kw_only=True)
class ServiceConfig:
    """Settings of one service.

    `api_key` is the only key that the service accepts. `delay_seconds` is added to every answer, as a model's thinking
    time would be. `images_per_minute` limits pictures over a sliding minute; None means no limit. With `prerendered`
    the service answers with pictures drawn once per size. `refused_words` are the words that its moderation refuses.
    `clock` returns seconds since 1970 (UTC).
    """

    api_key: str
    ledger_path: Path | None = None
    delay_seconds: float = 0.0
    images_per_minute: int | None = None
    prerendered: bool = False
    drawing_threads: int = 2
    refused_words: tuple[str, ...] = REFUSED_WORDS
    clock: Callable[[], float] = time.time
    new_id: Callable[[], str] = new_hex_id
