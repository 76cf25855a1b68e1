"""The image service's list of its models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol


class ModelList(Protocol):
    """Requests the list of models from the service, free of charge."""

    async def served(self) -> Mapping[str, date | None]:
        """Return the names of all models that the service offers, each with its shutdown date, or None.

        Raises subclasses of ImageGenerationError when there is no answer, and ImageProcessingError for an answer that
        is no list: it never counts as an empty list.
        """
        ...
