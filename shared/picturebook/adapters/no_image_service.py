"""Implements the image service's ports in functions that never call it, and so have no key and no client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from picturebook.models.pictures import DrawnImage, ImageRequest

if TYPE_CHECKING:
    from picturebook.picture_finishing import FinishedPicture, ProvenanceMetadata


class NoImageService:
    """An ImageModel, a ModelList and a Finish. Each call raises: the function was not wired to draw."""

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:  # noqa: ARG002 - the port's
        """Raise AssertionError."""
        _not_wired()

    async def served(self) -> Mapping[str, date | None]:
        """Raise AssertionError."""
        _not_wired()

    def finish(self, content: bytes, provenance: ProvenanceMetadata) -> Sequence[FinishedPicture]:  # noqa: ARG002 - the port's
        """Raise AssertionError."""
        _not_wired()


def _not_wired() -> NoReturn:
    raise AssertionError("this function was wired without an image service")
