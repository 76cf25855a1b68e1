"""Where the image service's key comes from."""

from __future__ import annotations

from typing import Protocol


class ApiKeySource(Protocol):
    """Gives the key, and never shows it: not in its `repr`, not in a log, not in an error."""

    async def current(self) -> str:
        """Return the key, which may be one that was read some minutes ago.

        Raises StoreUnavailableError when it cannot be read, ProviderAccountError when there is none.
        """
        ...

    async def reload(self, refused: str) -> str:
        """Return the key that is good since the service refused `refused`: the same one when there is no other.

        Read anew where no other is known yet; callers that come at once share one read. Raises as `current` does.
        """
        ...
