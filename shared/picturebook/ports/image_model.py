"""An image model, whose every call may be billed."""

from __future__ import annotations

from typing import Protocol

from picturebook.models.pictures import DrawnImage, ImageRequest


class ImageModel(Protocol):
    """Draws one picture per call. Every call may be billed."""

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        """Draw once, without retrying.

        Raises subclasses of ImageGenerationError, ImageProcessingError for an answer without a usable picture, and
        StoreUnavailableError, before anything is sent, if the API key cannot be read. Cancelling the call abandons it.
        """
        ...
