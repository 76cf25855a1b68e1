"""An API key that a test sets."""

from __future__ import annotations


class FakeApiKey:
    """An ApiKeySource that has one key and cannot get another."""

    def __init__(self, key: str) -> None:
        self._key = key

    async def current(self) -> str:
        """Return the key."""
        return self._key

    async def reload(self, refused: str) -> str:
        """Return the same key."""
        return self._key
