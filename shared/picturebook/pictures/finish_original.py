"""From an original in the store to a picture that may be published: checked, compared with its sheets, made smaller.

The original itself is never touched: it carries the provider's marks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from picturebook import picture_likeness
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import Derivative, PictureKind, Reference
from picturebook.picture_checks import CheckedPicture, check_picture
from picturebook.picture_finishing import Finish, FinishedPicture, ProvenanceMetadata
from picturebook.pictures.outcomes import FinishedOriginal
from picturebook.pictures.store_original import write_once_surely
from picturebook.ports.clock import Clock
from picturebook.ports.image_store import ImageStore
from picturebook.services import Services


@dataclass(frozen=True, slots=True)
class Brief:
    """What a picture is held against, and what its derivatives say of it.

    `size` is the `WIDTHxHEIGHT` that was asked for, None for any; `references` are the sheets that it follows.
    """

    size: str | None
    marks: ProvenanceMetadata
    references: Sequence[Reference] = ()
    has_plain_background: bool = False


def brief_of(
    message: AnyDrawMessage,
    *,
    model: str | None,
    alt_text: str,
    prompt: str | None = None,
    size: str | None = None,
    references: Sequence[Reference] = (),
) -> Brief:
    """Return the brief of a message; `size` is what was asked for where the message leaves it open."""
    marks = ProvenanceMetadata(
        title=message.title or "",
        model=model or "unknown",
        prompt_hash=hashlib.sha256(prompt.encode()).hexdigest() if prompt else None,
        story_id=message.run.story_id if message.run else None,
        alt_text=alt_text,
    )
    is_sheet = message.kind is PictureKind.CHARACTER
    return Brief(size or message.size, marks, references, has_plain_background=is_sheet)


async def finish_original(content: bytes, key: str, brief: Brief, services: Services) -> FinishedOriginal:
    """Check the original under `key` and store what `finish` makes of it.

    Raises ImageProcessingError for one that cannot be published, StoreUnavailableError.
    """
    # Decoding takes a core for some hundred milliseconds; the event loop has other pictures' answers to take.
    looked_at = await services.executor.run(_look_and_finish, content, brief, services.finish)
    checked, alike = looked_at.checked, looked_at.likeness
    stored = [await _store(one, key, services.image_store, services.clock) for one in looked_at.finished]
    found = (*checked.findings, *picture_likeness.findings(alike))
    return FinishedOriginal(key, checked, {**checked.scores, **alike}, found, tuple(stored))


@dataclass(frozen=True, slots=True)
class _LookedAt:
    checked: CheckedPicture
    likeness: Mapping[str, int]
    finished: Sequence[FinishedPicture]


def _look_and_finish(content: bytes, brief: Brief, finish: Finish) -> _LookedAt:
    checked = check_picture(content, size=brief.size, plain_background=brief.has_plain_background)
    # One sheet of everybody says enough: full figures come before other views.
    figures = {reference.name: reference.content for reference in reversed(brief.references)}
    alike = picture_likeness.likeness(content, list(figures.values()))
    return _LookedAt(checked, alike, finish(content, brief.marks))


async def _store(finished: FinishedPicture, key: str, store: ImageStore, clock: Clock) -> Derivative:
    """Store a derivative beside its original, under a name that changes when its content does."""
    folder, _, name = key.rpartition("/")
    digest = hashlib.sha256(finished.content).hexdigest()[:12]
    derived = f"{folder}/derived/{name.partition('.')[0]}-{finished.role}-{digest}.webp"
    await write_once_surely(derived, finished.content, store, clock, media_type=finished.media_type)
    return Derivative(
        role=finished.role,
        key=derived,
        media_type=finished.media_type,
        width=finished.width,
        height=finished.height,
        size_bytes=len(finished.content),
    )
