"""Recognizes a file's format by its first bytes. Sources: PNG 5.2, JFIF 1.02, RFC 9649 (WebP)."""

from __future__ import annotations

_MAGIC = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


def extension_of(content: bytes) -> str:
    """Return `png`, `jpeg` or `webp` by the first bytes, `bin` for any other format."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((name for magic, name in _MAGIC.items() if content.startswith(magic)), "bin")


def media_type_of(content: bytes) -> str:
    """Return the true media type by the first bytes."""
    extension = extension_of(content)
    return "application/octet-stream" if extension == "bin" else f"image/{extension}"
