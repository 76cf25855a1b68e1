"""Stores pictures and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class ImageStore(Protocol):
    """A store of immutable originals and of documents that may be replaced.

    Keys look like paths. Every method raises StoreUnavailableError when the store cannot be reached.
    """

    async def write_once(self, key: str, content: bytes, *, media_type: str) -> bool:
        """Store `content` under a new key; return False, and change nothing, if the key is taken."""
        ...

    async def write(self, key: str, content: bytes, *, media_type: str) -> None:
        """Store `content`; it replaces an earlier object."""
        ...

    async def read(self, key: str, *, at_most: int | None = None) -> bytes | None:
        """Return the bytes under `key`, at most the first `at_most`; None if there is no object."""
        ...

    async def find(self, prefix: str) -> str | None:
        """Return the first key, in sorted order, that begins with `prefix`, or None."""
        ...

    async def keys(self, prefix: str) -> Sequence[str]:
        """Return all keys that begin with `prefix`, sorted; one request per thousand."""
        ...

    def uri(self, key: str) -> str:
        """Return the address of `key`, such as `s3://bucket/key`."""
        ...
