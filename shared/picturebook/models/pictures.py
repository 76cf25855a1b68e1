"""A picture: its name, the request to the image model, the answer, and the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from picturebook.models.accepted_text import SafeId
from picturebook.models.story import Size
from picturebook.models.strict_model import StrictModel


class PictureKind(StrEnum):
    """What a picture shows."""

    CHARACTER = "character"
    PAGE = "page"


class PictureRef(StrictModel):
    """The permanent name of one picture, of a story's revision or of a single request.

    Exactly one owner is set: `story_id` with `revision`, or `request_id`.
    """

    story_id: SafeId | None = None
    revision: str | None = None
    request_id: SafeId | None = None
    picture_id: str
    take: int = 1

    @property
    def owner(self) -> str:
        """The owner as part of a storage key: `story/revision`, or `_requests/id`, which is no valid story id."""
        return f"_requests/{self.request_id}" if self.request_id else f"{self.story_id}/{self.revision}"


class Usage(StrictModel):
    """Tokens that the service counted for one call."""

    text_in: int = 0
    image_in: int = 0
    image_out: int = 0


class ChatUsage(StrictModel):
    """Tokens that a chat model counted for one call; hidden reasoning counts as output."""

    tokens_in: int = 0
    tokens_out: int = 0


class Costs(StrictModel):
    """Exact US$ by kind; None means unknown, never zero."""

    text_in: Decimal | None = None
    image_in: Decimal | None = None
    image_out: Decimal | None = None
    chat: Decimal | None = None

    @classmethod
    def of(cls, **known: Decimal | None) -> Costs:
        """Return costs with the given kinds; all others are zero."""
        return cls(**{**dict.fromkeys(cls.model_fields, Decimal(0)), **known})

    @property
    def total(self) -> Decimal | None:
        """The sum of all kinds; None if one of them is unknown."""
        parts = (self.text_in, self.image_in, self.image_out, self.chat)
        known = [part for part in parts if part is not None]
        return sum(known, Decimal(0)) if len(known) == len(parts) else None

    def __add__(self, other: Costs) -> Costs:
        """Add kind by kind; a kind that is unknown in either is unknown in the sum."""
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in Costs.model_fields}
        return Costs(**{name: None if None in pair else sum(pair, Decimal(0)) for name, pair in pairs.items()})


class AltText(StrictModel):
    """The alt text of a picture. `source`: a chat model wrote it, or it is composed from the story's text."""

    text: str
    source: Literal["chat", "composed"]


class Derivative(StrictModel):
    """A smaller picture made from an original. Lengths in pixels; `size_bytes` is the file's size."""

    role: Literal["web", "thumbnail"]
    key: str
    media_type: str
    width: int
    height: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference picture for the image model: encoded bytes and their media type."""

    content: bytes = field(repr=False)
    media_type: str
    name: str = "reference"


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """The request of one paid call. `size` is `WIDTHxHEIGHT` in pixels; None is not sent."""

    model: str
    prompt: str = field(repr=False)
    size: Size
    quality: str
    references: tuple[Reference, ...] = ()
    style: str | None = None
    input_fidelity: str | None = None
    moderation: str | None = None
    background: str | None = None
    output_format: str | None = None


@dataclass(frozen=True, slots=True)
class DrawnImage:
    """The answer of one paid call: the picture's bytes, or the provider's URL if it sent no bytes.

    `images_per_minute` is the limit that the answer names, or None.
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
    """The outcome of one take, decided once and published as often as needed.

    `cost_usd` is the sum of `costs`, None if it is unknown. `scores` go from 0 to 100, by the name of the check.
    `findings` are failed checks that do not prevent publication: then the picture `needs_review`, or another take was
    opened to replace it (`is_retaken`). `request_hash` identifies the request. A picture that an earlier run of the
    story had drawn for the same request `is_reused`, and nothing was paid.
    """

    status: PictureStatus
    attempts: int
    key: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    model: str | None = None
    cost_usd: Decimal | None = None
    costs: Costs | None = None
    usage: Usage | None = None
    request_hash: str | None = None
    is_reused: bool = False
    scores: Mapping[str, int] = {}
    findings: tuple[str, ...] = ()
    needs_review: bool = False
    is_retaken: bool = False
    derivatives: tuple[Derivative, ...] = ()
    alt_text: AltText | None = None
    reason: str | None = None
    explanation: str | None = None
