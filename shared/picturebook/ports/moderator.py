"""Who judges whether text is fit for children's books. It is free, and it reads words alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

# The only model that the provider keeps for this; it names the route too.
MODERATION_MODEL = "omni-moderation-latest"


class Moderator(Protocol):
    """Judges texts one by one."""

    async def judge(self, texts: Sequence[str], *, timeout_seconds: float) -> tuple[tuple[str, ...], ...]:
        """Return for each text, in order, the categories for which it is flagged, such as `violence/graphic`.

        Nothing means that it passes. `timeout_seconds` covers all texts together. Raises ImageGenerationError's
        children, and ImageProcessingError for an answer that does not judge every text; does not retry.
        """
        ...
