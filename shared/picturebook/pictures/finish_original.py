"""Makes a stored original publishable: it is checked, compared with its sheets, and smaller derivatives are stored.

The original itself is never changed, because it carries the provider's provenance metadata.
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
class FinishingInput:
    """What a picture is checked against, and the metadata of its derivatives.

    `size` is the requested `WIDTHxHEIGHT`, None for any; `references` are the sheets that it follows.
    """

    size: str | None
    provenance: ProvenanceMetadata
    references: Sequence[Reference] = ()
    has_plain_background: bool = False


def finishing_input(
    message: AnyDrawMessage,
    *,
    model: str | None,
    alt_text: str,
    prompt: str | None = None,
    size: str | None = None,
    references: Sequence[Reference] = (),
) -> FinishingInput:
    """Return the finishing input of a message; `size` is the requested size when the message names none."""
    provenance = ProvenanceMetadata(
        title=message.title or "",
        model=model or "unknown",
        prompt_hash=hashlib.sha256(prompt.encode()).hexdigest() if prompt else None,
        story_id=message.run.story_id if message.run else None,
        alt_text=alt_text,
    )
    is_sheet = message.kind is PictureKind.CHARACTER
    return FinishingInput(size or message.size, provenance, references, has_plain_background=is_sheet)


async def finish_original(content: bytes, key: str, finishing: FinishingInput, services: Services) -> FinishedOriginal:
    """Check the original under `key`, and store the derivatives that `services.finish` makes.

    Raises ImageProcessingError for one that cannot be published, StoreUnavailableError.
    """
    # Decoding occupies a core for some hundred milliseconds, which would block the event loop.
    result = await services.executor.run(_check_and_finish, content, finishing, services.finish)
    checked, alike = result.checked, result.likeness
    stored = [await _store(one, key, services.image_store, services.clock) for one in result.finished]
    found = (*checked.findings, *picture_likeness.findings(alike))
    return FinishedOriginal(key, checked, {**checked.scores, **alike}, found, tuple(stored))


@dataclass(frozen=True, slots=True)
class _CheckedAndFinished:
    checked: CheckedPicture
    likeness: Mapping[str, int]
    finished: Sequence[FinishedPicture]


def _check_and_finish(content: bytes, finishing: FinishingInput, finish: Finish) -> _CheckedAndFinished:
    checked = check_picture(content, size=finishing.size, plain_background=finishing.has_plain_background)
    # One sheet per character is enough: full figures come before other views.
    figures = {reference.name: reference.content for reference in reversed(finishing.references)}
    alike = picture_likeness.likeness(content, list(figures.values()))
    return _CheckedAndFinished(checked, alike, finish(content, finishing.provenance))


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
