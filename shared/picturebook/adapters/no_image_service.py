"""What stands behind the image service's ports in a function that never calls one, and so has no key and no client."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NoReturn

from picturebook.models.pictures import DrawnImage, ImageRequest


class NoImageService:
    """An ImageModel and a ModelList of a function that was not wired to draw: each call is a mistake of ours."""

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:  # noqa: ARG002 - the port's
        """Raise AssertionError."""
        _not_wired()

    async def served(self) -> Mapping[str, date | None]:
        """Raise AssertionError."""
        _not_wired()


def _not_wired() -> NoReturn:
    raise AssertionError("this function was wired without an image service")
