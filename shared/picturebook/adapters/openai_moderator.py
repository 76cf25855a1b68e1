"""The moderation endpoint of OpenAI, or of any compatible service. It is free."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from picturebook.adapters.openai_errors import translated_errors, unusable_answer
from picturebook.ports.moderator import MODERATION_MODEL

if TYPE_CHECKING:
    from openai import AsyncOpenAI

# The provider publishes no limit of inputs; clients have sent 32 in one request for years. The model's context has
# 32,768 tokens; a token has at least one byte, so that as many bytes always fit.
MOST_TEXTS = 32
MOST_BYTES = 32_768

_SOURCE = "openai_moderator.judge"
# Stands for a flag without a valid category name: no other text of the service is passed on.
_UNNAMED = "unnamed"
_CATEGORY = re.compile(r"[a-z][a-z0-9/_-]{0,63}")


class OpenAIModerator:
    """Implements `ports.moderator.Moderator`; the caller owns the client."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def judge(self, texts: Sequence[str], *, timeout_seconds: float) -> tuple[tuple[str, ...], ...]:
        """Send the texts in batches; see the port."""
        flags: list[tuple[str, ...]] = []
        with translated_errors(_SOURCE):
            client = self._client.with_options(max_retries=0, timeout=timeout_seconds)
            async with asyncio.timeout(timeout_seconds):
                for batch in _batches(texts):
                    response = await client.moderations.create(model=MODERATION_MODEL, input=batch)
                    flags += _read_flags(response, len(batch))
        return tuple(flags)


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        more = len(text.encode())
        if batch and (len(batch) == MOST_TEXTS or size + more > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += more
    if batch:
        yield batch


def _read_flags(response: object, number: int) -> list[tuple[str, ...]]:
    """Read the SDK's answer object, which the SDK does not validate."""
    results = getattr(response, "results", None)
    if not isinstance(results, list) or len(results) != number:
        raise unusable_answer("not one result per text", source=_SOURCE, image_format="text")
    return [_flagged_categories(result) for result in results]


def _flagged_categories(result: object) -> tuple[str, ...]:
    flagged = getattr(result, "flagged", None)
    if not isinstance(flagged, bool):
        raise unusable_answer("a result that does not say whether it flags", source=_SOURCE, image_format="text")
    dump = getattr(getattr(result, "categories", None), "model_dump", None)
    categories = dump(by_alias=True) if callable(dump) else {}
    named = tuple(name for name, hit in categories.items() if hit is True and _CATEGORY.fullmatch(name))
    return named or ((_UNNAMED,) if flagged else ())
