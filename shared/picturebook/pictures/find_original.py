"""Finds the original that a worker stored before it died; that original is the picture.

Uses neither catalogue nor ledger, because the model that drew the original may be retired by now.
"""

from __future__ import annotations

from picturebook.errors import ImageProcessingError
from picturebook.models.pictures import PictureOutcome
from picturebook.models.runs import PictureRecord
from picturebook.pictures import outcomes
from picturebook.pictures.finish_original import FinishingInput, finish_original
from picturebook.pictures.store_original import picture_prefix, take_prefix
from picturebook.ports.image_store import ImageStore
from picturebook.services import Services
from picturebook.text_generation.alt_text import WrittenAltText


async def find_key(record: PictureRecord, store: ImageStore) -> str | None:
    """Return the key of the take's original, or None; lists the store and opens nothing."""
    return await store.find(take_prefix(picture_prefix(record.picture), record.picture.take))


async def find_drawn(
    record: PictureRecord, services: Services, *, finishing: FinishingInput, model: str | None, alt_text: WrittenAltText
) -> PictureOutcome | None:
    """Return the outcome of the take's original, or None without one; raises StoreUnavailableError."""
    key = await find_key(record, services.image_store)
    content = await services.image_store.read(key) if key else None
    if key is None or content is None:
        return None
    try:
        finished = await finish_original(content, key, finishing, services)
    except ImageProcessingError as error:
        return outcomes.found_unusable(error, attempts=record.attempts, model=model, alt_text=alt_text)
    return outcomes.found(finished, attempts=record.attempts, model=model, alt_text=alt_text)
