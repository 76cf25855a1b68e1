"""A picture: who it belongs to, what is asked of the image model, what came back, how it ended."""

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


class ChatUsage(StrictModel):
    """Tokens that a chat model counted for one call, its hidden reasoning among those that came out."""

    tokens_in: int = 0
    tokens_out: int = 0


class Costs(StrictModel):
    """US$ by kind, exact; None where nobody knows, which is never the same as nothing."""

    text_in: Decimal | None = None
    image_in: Decimal | None = None
    image_out: Decimal | None = None
    chat: Decimal | None = None

    @classmethod
    def of(cls, **known: Decimal | None) -> Costs:
        """Return costs of which the named kinds are given, and all others are nothing."""
        return cls(**{**dict.fromkeys(cls.model_fields, Decimal(0)), **known})

    @property
    def total(self) -> Decimal | None:
        """All kinds together; None where one of them is unknown."""
        parts = (self.text_in, self.image_in, self.image_out, self.chat)
        known = [part for part in parts if part is not None]
        return sum(known, Decimal(0)) if len(known) == len(parts) else None

    def __add__(self, other: Costs) -> Costs:
        """Add kind by kind; what is unknown in one is unknown in the sum."""
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in Costs.model_fields}
        return Costs(**{name: None if None in pair else sum(pair, Decimal(0)) for name, pair in pairs.items()})


class AltText(StrictModel):
    """What a picture shows, for whoever cannot see it. `source` is who wrote it: a chat model, or we from the words."""

    text: str
    source: Literal["chat", "composed"]


class Derivative(StrictModel):
    """A smaller picture made of an original. `role` says what for; lengths in pixels, `size_bytes` of the file."""

    role: Literal["web", "thumbnail"]
    key: str
    media_type: str
    width: int
    height: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture that the image model is to follow: encoded bytes and their media type."""

    content: bytes = field(repr=False)
    media_type: str
    name: str = "reference"


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What one paid call asks for. `size` is `WIDTHxHEIGHT` in pixels; what is None is not sent."""

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
    """The one ending of one take, decided once and announced as often as needed.

    `cost_usd` is the sum of `costs`, None when it is not known. `scores` go from 0 to 100, by the name of the check;
    `findings` are the checks that a picture did not pass and that stop no publication: then it `needs_review`, or
    another take was opened in its place (`is_retaken`). `request_hash` names what was asked for; a picture that an
    earlier run of the story had drawn for the same request `is_reused`, and nothing was paid.
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
