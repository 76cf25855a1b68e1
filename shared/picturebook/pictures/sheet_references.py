"""The sheets that a picture follows, so that a character looks the same on every page.

A picture waits for its sheets. A sheet that failed its checks may have been drawn once more (`quality_gate.py`); the
picture then follows that take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from picturebook.errors import ImageProcessingError, InputRefusedError, StoreUnavailableError
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import PictureRef, PictureStatus, Reference
from picturebook.models.runs import PictureRecord
from picturebook.picture_checks import check_picture
from picturebook.picture_finishing import reference_of
from picturebook.planning import Sheet, sheets_on
from picturebook.ports.executor import Executor
from picturebook.ports.story_ledger import Admission
from picturebook.services import Services


def sheets_of(message: AnyDrawMessage) -> list[PictureRef]:
    """Return the pictures of the same run that must have ended before this one may begin."""
    sheets = [(sheet.picture_id, sheet.take) for sheet in sheets_on(message) if sheet.picture_id]
    return [message.picture.model_copy(update={"picture_id": name, "take": take}) for name, take in sheets]


def sheets_drawn_anew(message: AnyDrawMessage, admission: Admission) -> list[PictureRef]:
    """Return the further takes of those sheets that did not pass their checks; usually none."""
    retaken = [ref for ref in sheets_of(message) if _outcome_is_retaken(admission.sheets.get(ref.picture_id))]
    return [ref.model_copy(update={"take": ref.take + 1}) for ref in retaken]


def _outcome_is_retaken(record: PictureRecord | None) -> bool:
    return bool(record and record.outcome and record.outcome.is_retaken)


def with_sheets_drawn_anew(admission: Admission, anew: Admission) -> Admission:
    """Return the admission with each sheet replaced by its newer take, unless that take failed."""
    newer = {name: record for name, record in anew.sheets.items() if not _failed(record)}
    return replace(admission, sheets={**admission.sheets, **newer})


def sheets_have_ended(message: AnyDrawMessage, admission: Admission) -> bool:
    """Say whether every sheet that the picture follows has ended, drawn or failed."""
    known = admission.sheets
    return all(sheet.picture_id in known and known[sheet.picture_id].outcome for sheet in sheets_of(message))


def failed_sheet(message: AnyDrawMessage, admission: Admission) -> str | None:
    """Return the name of a character whose full figure could not be drawn, or None.

    A further view that could not be drawn does not matter: the picture follows the full figure.
    """
    anchors = (sheet for sheet in sheets_on(message) if sheet.is_anchor)
    return next((sheet.name for sheet in anchors if _failed(admission.sheets.get(sheet.picture_id or ""))), None)


async def read_references(sheets: Sequence[Sheet], admission: Admission, services: Services) -> tuple[Reference, ...]:
    """Read the sheets, in their order.

    A missing sheet is an error, because the prompt names each reference. Raises InputRefusedError when the message
    named the missing key, StoreUnavailableError for a sheet of our own.
    """
    return tuple(await asyncio.gather(*(_read_reference(sheet, admission, services) for sheet in sheets)))


async def _read_reference(sheet: Sheet, admission: Admission, services: Services) -> Reference:
    record = admission.sheets.get(sheet.picture_id or "")
    key = record.outcome.key if record and record.outcome else sheet.reference_key
    content = await services.image_store.read(key) if key else None
    if content is not None:
        return await _reference(content, key or "", sheet, services.executor)
    if key == sheet.reference_key:
        raise _refused_key(f"{key} does not exist")
    raise StoreUnavailableError(
        f"The sheet {key} of {sheet.name} is missing from the store", details={"key": key or ""}
    )


async def _reference(content: bytes, key: str, sheet: Sheet, executor: Executor) -> Reference:
    """Return the sheet as it is sent, made smaller: four megapixels show a character no better than one."""
    try:
        if key == sheet.reference_key:
            # Our own sheets were checked when they were drawn; a sheet that the message names was not.
            await executor.run(check_picture, content, size=None, plain_background=True)
        smaller, media_type = await executor.run(reference_of, content)
    except ImageProcessingError as error:
        raise _refused_key(f"{key} cannot be used ({error.message})") from error
    return Reference(smaller, media_type, name=sheet.name)


def _refused_key(problem: str) -> InputRefusedError:
    return InputRefusedError(problem, field="reference_key", accepted="the key of a picture in the bucket")


def _failed(record: PictureRecord | None) -> bool:
    return bool(record and record.outcome and record.outcome.status is PictureStatus.FAILED)
