"""The hero looks the same on every page: a page waits for its characters' sheets and is drawn after them."""

from __future__ import annotations

import asyncio

from picturebook.catalogue import ModelSpec
from picturebook.models.messages import AnyDrawMessage, CharacterOnPage, DrawPageMessage
from picturebook.models.pictures import PictureRef, PictureStatus, Reference
from picturebook.picture_checks import media_type_of
from picturebook.ports.image_store import ImageStore
from picturebook.ports.story_ledger import Admission


def sheets_of(message: AnyDrawMessage) -> list[PictureRef]:
    """Return the pictures of the same run that must have ended before this one may begin."""
    ids = [character.picture_id for character in _characters(message) if character.picture_id]
    return [message.picture.model_copy(update={"picture_id": picture_id, "take": 1}) for picture_id in ids]


def sheets_have_ended(message: AnyDrawMessage, admission: Admission) -> bool:
    """Say whether every sheet that the page needs was drawn, or is known never to be."""
    known = admission.sheets
    return all(sheet.picture_id in known and known[sheet.picture_id].outcome for sheet in sheets_of(message))


def failed_sheet(message: AnyDrawMessage, admission: Admission) -> str | None:
    """Return the name of a character on the page whose sheet could not be drawn, or None."""
    for character in _characters(message):
        record = admission.sheets.get(character.picture_id or "")
        if record and record.outcome and record.outcome.status is PictureStatus.FAILED:
            return character.name
    return None


async def read_references(
    message: AnyDrawMessage, admission: Admission, store: ImageStore, spec: ModelSpec
) -> tuple[Reference, ...]:
    """Read the sheets of the characters on the page, in the page's order, as many as the model takes."""
    keys = [key for key in (_sheet_key(character, admission) for character in _characters(message)) if key]
    contents = await asyncio.gather(*(store.read(key) for key in keys[: spec.most_references]))
    return tuple(
        Reference(content, media_type_of(content), name=f"reference-{number}")
        for number, content in enumerate(contents, start=1)
        if content is not None
    )


def _characters(message: AnyDrawMessage) -> tuple[CharacterOnPage, ...]:
    return message.characters if isinstance(message, DrawPageMessage) else ()


def _sheet_key(character: CharacterOnPage, admission: Admission) -> str | None:
    record = admission.sheets.get(character.picture_id or "")
    return record.outcome.key if record and record.outcome else character.reference_key
