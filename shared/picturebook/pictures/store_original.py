"""Bytes that were paid for reach the store, each original under a key of its own, whatever the store remembers."""

from __future__ import annotations

from dataclasses import dataclass

from picturebook.errors import StoreUnavailableError
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import Claim
from picturebook.picture_checks import extension_of, media_type_of
from picturebook.ports.clock import Clock
from picturebook.ports.image_store import ImageStore

# How long a store that is away is waited for between two tries; seconds.
_PAUSES = (0.5, 2.0, 6.0)


@dataclass(frozen=True, slots=True)
class OriginalLocation:
    """Where an original goes: below the picture's prefix, by its take, and by the claim that paid for it."""

    key_prefix: str
    take: int
    claim: Claim


async def store_original(content: bytes, place: OriginalLocation, store: ImageStore, *, clock: Clock) -> str:
    """Store the bytes and return their key; raises StoreUnavailableError when the store stays away."""
    key = original_key(place, extension_of(content))
    media_type = media_type_of(content)
    if await write_once_surely(key, content, store, clock, media_type=media_type) or await store.read(key) == content:
        return key
    # The key is taken by other bytes: the store remembers a life that the ledger has forgotten.
    key = original_key(place, f"{place.claim.claim_id}.{extension_of(content)}")
    await write_once_surely(key, content, store, clock, media_type=media_type)
    return key


async def write_once_surely(key: str, content: bytes, store: ImageStore, clock: Clock, *, media_type: str) -> bool:
    """Write under a key of its own, waiting a little for a store that is away; False when the key is taken.

    Raises StoreUnavailableError when it stays away.
    """
    for pause in _PAUSES:
        try:
            return await store.write_once(key, content, media_type=media_type)
        except StoreUnavailableError:
            await clock.sleep(pause)
    return await store.write_once(key, content, media_type=media_type)


def picture_prefix(picture: PictureRef) -> str:
    """Return what the keys of all originals of a picture begin with, whatever their take."""
    return f"images/{picture.owner}/{picture.picture_id}"


def take_prefix(key_prefix: str, take: int) -> str:
    """Return what the keys of all originals of one take begin with."""
    return f"{key_prefix}/take-{take:02d}-"


def original_key(place: OriginalLocation, extension: str) -> str:
    """Return the key of an original; it carries take and attempt, so that no write meets another's bytes."""
    return f"{take_prefix(place.key_prefix, place.take)}claim-{place.claim.number:02d}.{extension}"
