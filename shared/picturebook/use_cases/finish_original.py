"""From an original in the store to a picture that may be published: checked, compared with its sheets, made smaller.

The original itself is never touched: it carries the provider's marks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import Reference
from picturebook.outcomes import FinishedOriginal
from picturebook.picture_checks import check_picture
from picturebook.ports.image_store import ImageStore


@dataclass(frozen=True, slots=True)
class Brief:
    """What a picture is held against: the `WIDTHxHEIGHT` that was asked for (None: any), and the sheets it follows."""

    size: str | None
    references: Sequence[Reference] = ()


def brief_of(message: AnyDrawMessage, *, size: str | None = None, references: Sequence[Reference] = ()) -> Brief:
    """Return the brief of a message; `size` is what was asked for where the message leaves it open."""
    return Brief(size or message.size, references)


async def finish_original(content: bytes, key: str, brief: Brief, store: ImageStore) -> FinishedOriginal:
    """Check the original under `key` and store what is made of it.

    Raises ImageProcessingError for one that cannot be published, StoreUnavailableError.
    """
    # Decoding takes a core for some hundred milliseconds; the event loop has other pictures' answers to take.
    checked = await asyncio.to_thread(check_picture, content, size=brief.size)
    return FinishedOriginal(key, checked)
