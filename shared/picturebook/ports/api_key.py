"""Provides the image service's API key."""

from __future__ import annotations

from typing import Protocol


class ApiKeySource(Protocol):
    """Provides the key, and never reveals it in a `repr`, a log or an error."""

    async def current(self) -> str:
        """Return the key; it may have been read some minutes ago.

        Raises StoreUnavailableError when it cannot be read, ProviderAccountError when there is none.
        """
        ...

    async def reload(self, refused: str) -> str:
        """Return the present key after the service refused `refused`: the same one if it was not replaced.

        Reads the key again unless a newer one is known; concurrent callers share one read. Raises as `current` does.
        """
        ...
