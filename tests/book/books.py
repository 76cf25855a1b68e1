"""Manifests for the tests of the book's pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.models.bible import Bible, CharacterAppearance
from picturebook.models.pictures import Derivative, PictureStatus


def drawn(picture_id: str, **about: Any) -> ManifestPicture:
    file = {"key": f"images/tale/{picture_id}.png", "width": 1024, "height": 768, "media_type": "image/png"}
    return _picture(picture_id, PictureStatus.DRAWN, {**file, **about})


def finished(picture_id: str, **about: Any) -> ManifestPicture:
    """A drawn picture with a web size and a thumbnail."""
    made = (_smaller(picture_id, "web", 800), _smaller(picture_id, "thumbnail", 320))
    return drawn(picture_id, **{"derivatives": made, **about})


def _smaller(picture_id: str, role: Literal["web", "thumbnail"], width: int) -> Derivative:
    key = f"images/tale/{picture_id}.{role}.webp"
    size = {"width": width, "height": width * 3 // 4, "size_bytes": width * 100}
    return Derivative(role=role, key=key, media_type="image/webp", **size)


def missing(picture_id: str, *, reason: str, **about: Any) -> ManifestPicture:
    return _picture(picture_id, PictureStatus.FAILED, {"reason": reason, **about})


def _picture(picture_id: str, status: PictureStatus, about: Mapping[str, Any]) -> ManifestPicture:
    kind = "page" if "page_number" in about else "character"
    known = {"picture_id": picture_id, "kind": kind, "status": status, "attempts": 1, "prompt": "a prompt"}
    return ManifestPicture(**{**known, **about})


def book(*pictures: ManifestPicture, **about: Any) -> Manifest:
    defaults = {
        "story_id": "tale",
        "revision": "0" * 16,
        "title": "A Tale",
        "language": "en",
        "style": "ink",
        "ending": "StoryCompleted",
        "ended_at": None,
        "model": "gpt-image-2",
        "size": "1024x768",
        "quality": "medium",
        "cost_usd": Decimal("0.1"),
        "worst_cost_usd": Decimal("0.2"),
    }
    return Manifest(**{**defaults, **about}, pictures=pictures)


HERO = drawn("character-01", character="Maren")
FIRST = drawn("page-001", page_number=1, text="Maren walks.", characters=("Maren",))
SECOND = drawn("page-002", page_number=2, text="It rains.")
BIBLE = Bible(
    style="ink and wash",
    palette=("moss green", "amber"),
    characters=(CharacterAppearance(name="Maren", description="A girl in a yellow raincoat.", source="chat"),),
    chat_model="gpt-5.4-mini",
)
