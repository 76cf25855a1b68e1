"""Judges whether text is suitable for children's books. It is free, and reads text only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

# The provider's only moderation model; the route has its name too.
MODERATION_MODEL = "omni-moderation-latest"


class Moderator(Protocol):
    """Judges texts one by one."""

    async def judge(self, texts: Sequence[str], *, timeout_seconds: float) -> tuple[tuple[str, ...], ...]:
        """Return for each text, in order, the categories for which it is flagged, such as `violence/graphic`.

        A text without categories passes. `timeout_seconds` covers all texts together. Raises subclasses of
        ImageGenerationError, and ImageProcessingError for an answer that does not judge every text; does not retry.
        """
        ...
