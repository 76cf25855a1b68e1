"""Checks storage keys: only unambiguous relative paths are accepted."""

from __future__ import annotations

from picturebook.errors import ImageValidationError

# Amazon S3 user guide, "Naming Amazon S3 objects": the maximum length of a key in UTF-8.
MOST_KEY_BYTES = 1024
ACCEPTED_KEY = "a relative path of 1 to 1024 bytes without '..', '//' or control characters"


def checked_key(key: str) -> str:
    """Return `key`; raises ImageValidationError when it is empty, absolute, too long or could leave its folder."""
    if key.endswith("/"):
        raise _refusal(key)
    return checked_prefix(key)


def checked_prefix(prefix: str) -> str:
    """Return `prefix`, the beginning of a key; raises ImageValidationError as `checked_key` does."""
    is_safe = (
        0 < len(prefix.encode("utf-8", "replace")) <= MOST_KEY_BYTES
        and not prefix.startswith("/")
        and ".." not in prefix
        and "//" not in prefix
        and prefix.isprintable()
    )
    if not is_safe:
        raise _refusal(prefix)
    return prefix


def _refusal(key: str) -> ImageValidationError:
    return ImageValidationError(
        f"The storage key {key[:80]!r} is not accepted. Accepted: {ACCEPTED_KEY}.",
        validation_type="storage_key",
        issue="key",
    )
