"""What one image service is started with, and where its time and ids come from."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REFUSED_WORDS = ("forbidden-by-policy",)


def new_hex_id() -> str:
    """Return 32 hex digits that nobody has seen before."""
    return uuid.uuid4().hex


@dataclass(frozen=True, kw_only=True)
class ServiceConfig:
    """Settings of one service; everything that could differ between two runs is here.

    `delay_seconds` is the model's fake thinking time per request. `images_per_minute` counts pictures over
    a sliding minute, None means unlimited. `prerendered` hands out pictures drawn once per size.
    `clock` answers seconds since 1970 (UTC).
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
