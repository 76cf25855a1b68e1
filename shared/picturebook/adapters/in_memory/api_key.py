"""A fixed API key."""

from __future__ import annotations


class FixedApiKey:
    """An ApiKeySource whose key never changes."""

    def __init__(self, key: str) -> None:
        self._key = key

    async def current(self) -> str:
        """Return the key."""
        return self._key

    async def reload(self, refused: str) -> str:  # noqa: ARG002 - the port's
        """Return the same key."""
        return self._key
