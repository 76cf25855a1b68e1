"""Reads from an answer's headers how many images per minute a service permits. Pure; imports no library.

Source: OpenAI's rate limit guide. For some accounts `x-ratelimit-limit-requests` is a limit per day; it is one per
minute if its reset, the time until the full limit is available again, is at most a minute.
"""

from __future__ import annotations

from collections.abc import Mapping

from picturebook.adapters.openai_retry_after import read_span

_LIMIT = "x-ratelimit-limit-"
_RESET = "x-ratelimit-reset-"
_LONGEST_RESET_OF_A_MINUTE = 60.0


def read_images_per_minute(headers: Mapping[str, str]) -> int | None:
    """Return the limit for calls of one image each, or None if the headers do not include one.

    The names of `headers` are in lower case. Of a limit of images and one of requests, the lower one counts.
    """
    limits = [_count(headers.get(f"{_LIMIT}images"))]
    reset = read_span(headers.get(f"{_RESET}requests", ""))
    if reset is not None and reset <= _LONGEST_RESET_OF_A_MINUTE:
        limits.append(_count(headers.get(f"{_LIMIT}requests")))
    return min((limit for limit in limits if limit), default=None)


def _count(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
