"""The image model that draws for money."""

from __future__ import annotations

from typing import Protocol

from picturebook.models.pictures import DrawnImage, ImageRequest


class ImageModel(Protocol):
    """Draws one picture per call. Every call may be billed."""

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        """Draw once, without retrying.

        Raises ImageGenerationError's children, by what the caller should do, and ImageProcessingError
        for an answer without a usable picture; StoreUnavailableError, before anything is sent, where its
        key cannot be read. Cancelling the call abandons it.
        """
        ...
