"""A picture: who it belongs to, what is asked of the image model, what came back, how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from picturebook.models.accepted_text import SafeId
from picturebook.models.story import Size
from picturebook.models.strict_model import StrictModel


class PictureKind(StrEnum):
    """What a picture shows."""

    CHARACTER = "character"
    PAGE = "page"


class PictureRef(StrictModel):
    """Names one picture for good: of a story's revision, or of a single request.

    Exactly one owner is set: `story_id` with `revision`, or `request_id`.
    """

    story_id: SafeId | None = None
    revision: str | None = None
    request_id: SafeId | None = None
    picture_id: str
    take: int = 1

    @property
    def owner(self) -> str:
        """The owner, safe in a key: `story/revision`, or `_requests/id`, which no story can be named."""
        return f"_requests/{self.request_id}" if self.request_id else f"{self.story_id}/{self.revision}"


class Usage(StrictModel):
    """Tokens that the service counted for one call."""

    text_in: int = 0
    image_in: int = 0
    image_out: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture that the image model is to follow: encoded bytes and their media type."""

    content: bytes = field(repr=False)
    media_type: str
    name: str = "reference"


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What one paid call asks for. `size` is `WIDTHxHEIGHT` in pixels."""

    model: str
    prompt: str = field(repr=False)
    size: Size
    quality: str
    references: tuple[Reference, ...] = ()
    style: str | None = None


@dataclass(frozen=True, slots=True)
class DrawnImage:
    """What one paid call answered: the bytes, or the provider's URL when it sent no bytes.

    `images_per_minute` is the limit that the answer names, None when it names none.
    """

    content: bytes | None = field(repr=False)
    url: str | None
    usage: Usage | None
    provider_request_id: str | None = None
    images_per_minute: int | None = None


class PictureStatus(StrEnum):
    """How a picture ended."""

    DRAWN = "drawn"
    FAILED = "failed"


class PictureOutcome(StrictModel):
    """The one ending of one take, decided once and announced as often as needed."""

    status: PictureStatus
    attempts: int
    key: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    model: str | None = None
    cost_usd: Decimal | None = None
    usage: Usage | None = None
    reason: str | None = None
    explanation: str | None = None
