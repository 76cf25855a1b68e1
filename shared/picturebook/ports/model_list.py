"""What the image service says of its models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol


class ModelList(Protocol):
    """Asks the service for its list of models; that is free."""

    async def served(self) -> Mapping[str, date | None]:
        """Return the names of all models that it serves, each with the day on which it is shut down.

        None where the service names no day. Raises ImageGenerationError's children when there is no answer, and
        ImageProcessingError for an answer that is no list: it is never taken for an empty one.
        """
        ...
