"""The hero looks the same on every page: a page waits for its characters' sheets and is drawn after them."""

from __future__ import annotations

import asyncio

from picturebook.catalogue import ModelSpec
from picturebook.errors import InputRefusedError, StoreUnavailableError
from picturebook.models.messages import AnyDrawMessage, CharacterOnPage
from picturebook.models.pictures import PictureRef, PictureStatus, Reference
from picturebook.picture_checks import media_type_of
from picturebook.planning import sheets_on
from picturebook.ports.image_store import ImageStore
from picturebook.ports.story_ledger import Admission


def sheets_of(message: AnyDrawMessage) -> list[PictureRef]:
    """Return the pictures of the same run that must have ended before this one may begin."""
    sheets = [(character.picture_id, character.take) for character in sheets_on(message) if character.picture_id]
    return [message.picture.model_copy(update={"picture_id": name, "take": take}) for name, take in sheets]


def sheets_have_ended(message: AnyDrawMessage, admission: Admission) -> bool:
    """Say whether every sheet that the page needs was drawn, or is known never to be."""
    known = admission.sheets
    return all(sheet.picture_id in known and known[sheet.picture_id].outcome for sheet in sheets_of(message))


def failed_sheet(message: AnyDrawMessage, admission: Admission) -> str | None:
    """Return the name of a character on the page whose sheet could not be drawn, or None."""
    for character in sheets_on(message):
        record = admission.sheets.get(character.picture_id or "")
        if record and record.outcome and record.outcome.status is PictureStatus.FAILED:
            return character.name
    return None


async def read_references(
    message: AnyDrawMessage, admission: Admission, store: ImageStore, spec: ModelSpec
) -> tuple[Reference, ...]:
    """Read the sheets of the characters on the page, in the page's order, as many as the model takes.

    A sheet that is missing from the store is an error: the prompt names each reference, and a page is not
    drawn unanchored. Raises InputRefusedError where the message named the key, StoreUnavailableError else.
    """
    sheets = sheets_on(message)[: spec.most_references]
    return tuple(await asyncio.gather(*(_read_reference(sheet, admission, store) for sheet in sheets)))


async def _read_reference(sheet: CharacterOnPage, admission: Admission, store: ImageStore) -> Reference:
    record = admission.sheets.get(sheet.picture_id or "")
    key = record.outcome.key if record and record.outcome else sheet.reference_key
    content = await store.read(key) if key else None
    if content is not None:
        return Reference(content, media_type_of(content), name=sheet.name)
    if key == sheet.reference_key:
        raise InputRefusedError(
            f"{key} does not exist", field="reference_key", accepted="the key of a picture in the bucket"
        )
    raise StoreUnavailableError(
        f"The sheet {key} of {sheet.name} is missing from the store", details={"key": key or ""}
    )
