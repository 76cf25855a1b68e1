"""The error of a failed check."""

from __future__ import annotations

from picturebook.errors import ImageProcessingError


def unusable(message: str, operation: str, extension: str) -> ImageProcessingError:
    """Return the error for a picture that was paid for and may not be published; `operation` names the check."""
    return ImageProcessingError(message, operation=operation, image_format=extension, details={"billed": True})
