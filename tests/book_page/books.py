"""Manifests for the tests of the book's page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from picturebook.manifest import Manifest, ManifestPicture
from picturebook.models.pictures import PictureStatus


def drawn(picture_id: str, **about: Any) -> ManifestPicture:
    kind = "page" if "page_number" in about else "character"
    defaults = {"key": f"images/tale/{picture_id}.png", "width": 1024, "height": 768, "media_type": "image/png"}
    return ManifestPicture(
        picture_id=picture_id,
        kind=kind,
        status=PictureStatus.DRAWN,
        attempts=1,
        prompt="as told",
        **{**defaults, **about},
    )


def missing(picture_id: str, *, reason: str, **about: Any) -> ManifestPicture:
    kind = "page" if "page_number" in about else "character"
    return ManifestPicture(
        picture_id=picture_id,
        kind=kind,
        status=PictureStatus.FAILED,
        attempts=1,
        prompt="as told",
        reason=reason,
        **about,
    )


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
