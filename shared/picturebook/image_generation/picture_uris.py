"""Turns pictures into addresses and addresses into references. Never fetches a URL that a caller gives."""

from __future__ import annotations

import base64
import binascii
import re

from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import ImageProcessingError, ImageValidationError
from picturebook.image_generation.input_checks import invalid
from picturebook.models.pictures import Reference
from picturebook.picture_checks import media_type_of
from picturebook.picture_finishing import reference_of
from picturebook.ports.image_store import ImageStore

PictureSource = Reference | bytes | str

# OpenAI's images.edit takes references of less than 50 MB (field notes, November 2026).
_MOST_BYTES = 50_000_000
_DATA_URI = re.compile(r"data:image/(?:png|jpeg|webp);base64,")
_SAMPLE_KEY = "images/x.png"
_ACCEPTED = "bytes of a PNG, JPEG or WebP picture, a data: URI of one, or an address in the store that is given"


def data_uri(content: bytes, media_type: str) -> str:
    """Return the picture as a `data:` URI, a third longer than its bytes."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


async def read_reference(source: PictureSource, *, store: ImageStore | None, issue: str) -> Reference:
    """Return the picture as a reference; raises ImageValidationError that names `issue` for an unusable one."""
    if isinstance(source, Reference):
        return source
    content = source if isinstance(source, bytes) else await _content_of(source, store, issue)
    media_type = media_type_of(content)
    if not media_type.startswith("image/") or len(content) >= _MOST_BYTES:
        raise _refused(issue, f"{len(content)} bytes of {media_type}")
    try:
        # Larger ones are billed as such, and show a character no better.
        return Reference(*await THREADS.run(reference_of, content))
    except ImageProcessingError as error:
        raise _refused(issue, error.message) from error


async def _content_of(source: object, store: ImageStore | None, issue: str) -> bytes:
    if not isinstance(source, str):
        raise _refused(issue, type(source).__name__)
    header = _DATA_URI.match(source)
    if header:
        try:
            return base64.b64decode(source[header.end() :], validate=True)
        except (binascii.Error, ValueError) as error:
            raise _refused(issue, "a data: URI whose base64 is broken") from error
    root = store.uri(_SAMPLE_KEY).removesuffix(_SAMPLE_KEY) if store else None
    content = await store.read(source.removeprefix(root)) if store and root and source.startswith(root) else None
    if content is None:
        raise _refused(issue, source[:100])
    return content


def _refused(issue: str, provided: str) -> ImageValidationError:
    return invalid(issue, "Unusable reference picture", provided=provided, accepted=_ACCEPTED, source="read_reference")
