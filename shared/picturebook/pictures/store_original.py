"""Stores paid originals, each under a key of its own, even when the store has older bytes under that key."""

from __future__ import annotations

from dataclasses import dataclass

from picturebook.errors import StoreUnavailableError
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import Claim
from picturebook.picture_checks import extension_of, media_type_of
from picturebook.ports.clock import Clock
from picturebook.ports.image_store import ImageStore

# Waits between attempts to reach a store that is away; seconds.
_PAUSES = (0.5, 2.0, 6.0)


@dataclass(frozen=True, slots=True)
class OriginalLocation:
    """Where an original is stored: under the picture's prefix, by its take and the claim that paid for it."""

    key_prefix: str
    take: int
    claim: Claim


async def store_original(content: bytes, place: OriginalLocation, store: ImageStore, *, clock: Clock) -> str:
    """Store the bytes and return their key; raises StoreUnavailableError when the store stays away."""
    key = original_key(place, extension_of(content))
    media_type = media_type_of(content)
    if await write_once_surely(key, content, store, clock, media_type=media_type) or await store.read(key) == content:
        return key
    # Other bytes have this key: the store kept them longer than the ledger kept its record.
    key = original_key(place, f"{place.claim.claim_id}.{extension_of(content)}")
    await write_once_surely(key, content, store, clock, media_type=media_type)
    return key


async def write_once_surely(key: str, content: bytes, store: ImageStore, clock: Clock, *, media_type: str) -> bool:
    """Write once, retrying for some seconds while the store is away; False when the key is taken.

    Raises StoreUnavailableError when the store stays away.
    """
    for pause in _PAUSES:
        try:
            return await store.write_once(key, content, media_type=media_type)
        except StoreUnavailableError:
            await clock.sleep(pause)
    return await store.write_once(key, content, media_type=media_type)


def picture_prefix(picture: PictureRef) -> str:
    """Return the key prefix of all originals of a picture."""
    return f"images/{picture.owner}/{picture.picture_id}"


def take_prefix(key_prefix: str, take: int) -> str:
    """Return the key prefix of all originals of one take."""
    return f"{key_prefix}/take-{take:02d}-"


def original_key(place: OriginalLocation, extension: str) -> str:
    """Return the key of an original; it contains take and claim number, so that no two calls share a key."""
    return f"{take_prefix(place.key_prefix, place.take)}claim-{place.claim.number:02d}.{extension}"
