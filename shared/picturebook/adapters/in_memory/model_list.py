"""A fixed list of models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


class FixedModelList:
    """A ModelList that never changes."""

    def __init__(self, served: Mapping[str, date | None]) -> None:
        self._served = served

    async def served(self) -> Mapping[str, date | None]:
        """Return the fixed list."""
        return self._served
