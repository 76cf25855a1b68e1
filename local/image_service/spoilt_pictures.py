"""Files that say they are pictures and are not fit to be shown: what a broken or hostile service might send."""

import functools
import io
import struct
import zipfile
import zlib

from PIL import Image

# A page of zeros this long packs into a thousandth of it.
_SWOLLEN = 16 * 1024 * 1024
_FIFTY_MEGAPIXELS = (8192, 6144)
_BEFORE_END = 12  # PNG's last chunk


def polyglot(picture: bytes) -> bytes:
    """Return the picture with an archive behind its end: programs that look from the end see the archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.html", "<script>alert(1)</script>")
    return picture + archive.getvalue()


def swelling(picture: bytes) -> bytes:
    """Return a PNG with words in it that swell to 16 MB when somebody reads them."""
    words = b"Comment\0\0" + _packed_zeros()
    return picture[:-_BEFORE_END] + png_chunk(b"zTXt", words) + picture[-_BEFORE_END:]


def gif(picture: bytes) -> bytes:
    """Return the picture as GIF, which no image model was asked for."""
    encoded = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").resize((64, 64)).save(encoded, "GIF")
    return encoded.getvalue()


@functools.cache
def fifty_megapixels() -> bytes:
    """Return a true PNG of 8192x6144, black and white, a few kB long."""
    image = Image.new("1", _FIFTY_MEGAPIXELS)
    image.paste(1, (0, 0, 4096, 6144))
    encoded = io.BytesIO()
    image.save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Return one chunk: length, type, body and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@functools.cache
def _packed_zeros() -> bytes:
    return zlib.compress(bytes(_SWOLLEN), 1)
