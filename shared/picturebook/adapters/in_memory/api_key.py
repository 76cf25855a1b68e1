"""A key that somebody handed in."""

from __future__ import annotations


class FixedApiKey:
    """An ApiKeySource that has one key and cannot get another."""

    def __init__(self, key: str) -> None:
        self._key = key

    async def current(self) -> str:
        """Return the key."""
        return self._key

    async def reload(self, refused: str) -> str:  # noqa: ARG002 - the port's
        """Return the same key: there is nowhere to look for a newer one."""
        return self._key
