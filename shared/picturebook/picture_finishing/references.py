"""Makes the copy of a picture that an image model gets as a reference, reduced to a maximum size."""

from __future__ import annotations

import io

from picturebook.picture_checks import check_fits, media_type_of
from picturebook.picture_finishing.colours import read_shrunk

# PNG, as the model must follow the exact colours. Level of 0 to 9: a third of the time of Pillow's 6, a tenth larger.
_COMPRESSION = 3


def reference_of(content: bytes, *, longest: int = 1024) -> tuple[bytes, str]:
    """Return bytes and media type of the picture with its longest side at most `longest` pixels.

    A picture within that size is returned unchanged; a larger one becomes a PNG in sRGB, and the same input gives the
    same bytes. Raises ImageProcessingError if `check_fits` refuses the picture.
    """
    if max(check_fits(content)) <= longest:
        return content, media_type_of(content)
    encoded = io.BytesIO()
    read_shrunk(content, longest).save(encoded, "PNG", compress_level=_COMPRESSION, exif=b"", icc_profile=None)
    return encoded.getvalue(), "image/png"
