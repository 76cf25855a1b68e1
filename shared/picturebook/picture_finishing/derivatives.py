"""Makes the derivatives of an original that pages show: the web size and the thumbnail."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from PIL import Image

from picturebook.picture_checks import check_fits
from picturebook.picture_finishing.colours import read_shrunk, shrink
from picturebook.picture_finishing.provenance_metadata import ProvenanceMetadata, write_provenance

Role = Literal["web", "thumbnail"]
# Longest sides in pixels. A page is shown at most 800 CSS pixels wide, which is 1,600 on high-density screens.
_LONGEST: dict[Role, int] = {"web": 1600, "thumbnail": 320}
# Of 100. At 80 the grain of paper and of night skies breaks up into visible patches, at 85 it does not; at 90 files are
# nearly twice as large. docs/decisions/0011-checked-and-finished-on-pillow.md has sizes and times.
_QUALITY = 85
# Of 0 to 6: a quarter smaller than Pillow's 4 for a tenth more time; 6 takes twice as long for 3 % more.
_METHOD = 5
_MEDIA_TYPE = "image/webp"


@dataclass(frozen=True, slots=True)
class FinishedPicture:
    """One derivative; lengths in pixels."""

    role: Role
    content: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


# Makes the derivatives of an encoded picture, each with this provenance metadata.
Finish = Callable[[bytes, ProvenanceMetadata], Sequence[FinishedPicture]]


def finish_picture(content: bytes, provenance: ProvenanceMetadata) -> tuple[FinishedPicture, ...]:
    """Return the web size and the thumbnail of an encoded picture; the same input gives the same bytes.

    Takes about 130 ms of CPU at 1024x1024. Raises ImageProcessingError if `check_fits` refuses the picture.
    """
    check_fits(content)
    packet = write_provenance(provenance)
    web = read_shrunk(content, _LONGEST["web"])
    return _encode(web, "web", packet), _encode(shrink(web, _LONGEST["thumbnail"]), "thumbnail", packet)


def _encode(picture: Image.Image, role: Role, packet: bytes) -> FinishedPicture:
    encoded = io.BytesIO()
    picture.save(encoded, "WEBP", quality=_QUALITY, method=_METHOD, xmp=packet, exif=b"", icc_profile=b"")
    return FinishedPicture(role, encoded.getvalue(), _MEDIA_TYPE, picture.width, picture.height)
