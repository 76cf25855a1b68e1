"""A list of models that a test sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


class FakeModelList:
    """A ModelList that always says the same."""

    def __init__(self, served: Mapping[str, date | None]) -> None:
        self._served = served

    async def served(self) -> Mapping[str, date | None]:
        """Return the fixed list."""
        return self._served
