"""Pictures and documents in this process's memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from picturebook.adapters.storage_keys import checked_key, checked_prefix


@dataclass(frozen=True, slots=True)
class StoredObject:
    """The object under a key."""

    content: bytes
    media_type: str


class InMemoryImageStore:
    """An ImageStore; `objects` shows what it holds, by key."""

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}

    async def write_once(self, key: str, content: bytes, *, media_type: str) -> bool:
        """Store `content` unless the key is taken; see the port."""
        if checked_key(key) in self.objects:
            return False
        self.objects[key] = StoredObject(content, media_type)
        return True

    async def write(self, key: str, content: bytes, *, media_type: str) -> None:
        """Store `content`; it replaces an earlier object."""
        self.objects[checked_key(key)] = StoredObject(content, media_type)

    async def read(self, key: str, *, at_most: int | None = None) -> bytes | None:
        """Return the bytes under `key`, at most the first `at_most`, or None."""
        stored = self.objects.get(checked_key(key))
        return stored.content[:at_most] if stored else None

    async def find(self, prefix: str) -> str | None:
        """Return the first key that begins with `prefix`, or None."""
        checked_prefix(prefix)
        return min((key for key in self.objects if key.startswith(prefix)), default=None)

    async def keys(self, prefix: str) -> Sequence[str]:
        """Return all keys that begin with `prefix`, in order."""
        checked_prefix(prefix)
        return sorted(key for key in self.objects if key.startswith(prefix))

    def uri(self, key: str) -> str:
        """Return `memory://key`."""
        return f"memory://{checked_key(key)}"
