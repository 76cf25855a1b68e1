"""What a lost call left in the store: an original that a worker stored before it died is the picture.

Knows neither catalogue nor ledger: the model that drew the original may be retired by now.
"""

from __future__ import annotations

from picturebook.errors import ImageProcessingError
from picturebook.models.pictures import PictureOutcome
from picturebook.models.runs import PictureRecord
from picturebook.pictures import outcomes
from picturebook.pictures.finish_original import Brief, finish_original
from picturebook.pictures.store_original import picture_prefix, take_prefix
from picturebook.ports.image_store import ImageStore
from picturebook.services import Services
from picturebook.text_generation.alt_text import WrittenAltText


async def find_key(record: PictureRecord, store: ImageStore) -> str | None:
    """Return the key of the take's original, or None; it is listed, and not opened."""
    return await store.find(take_prefix(picture_prefix(record.picture), record.picture.take))


async def find_drawn(
    record: PictureRecord, services: Services, *, brief: Brief, model: str | None, alt_text: WrittenAltText
) -> PictureOutcome | None:
    """Return how the picture ends whose original is found, or None; raises StoreUnavailableError."""
    key = await find_key(record, services.image_store)
    content = await services.image_store.read(key) if key else None
    if key is None or content is None:
        return None
    try:
        finished = await finish_original(content, key, brief, services)
    except ImageProcessingError as error:
        return outcomes.found_unusable(error, attempts=record.attempts, model=model, alt_text=alt_text)
    return outcomes.found(finished, attempts=record.attempts, model=model, alt_text=alt_text)
