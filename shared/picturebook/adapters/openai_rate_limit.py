"""How many images per minute a service permits, from the headers of its answer. Pure; knows no library.

Source: OpenAI's rate limit guide. `x-ratelimit-limit-requests` may count a day for some accounts; that it counts a
minute shows in its reset, the time after which nothing of it is used up.
"""

from __future__ import annotations

from collections.abc import Mapping

from picturebook.adapters.openai_retry_after import read_span

_LIMIT = "x-ratelimit-limit-"
_RESET = "x-ratelimit-reset-"
_LONGEST_RESET_OF_A_MINUTE = 60.0


def read_images_per_minute(headers: Mapping[str, str]) -> int | None:
    """Return the limit that holds for calls of one image each, or None when the headers do not say.

    `headers` finds names in lower case. Of a limit of images and one of requests, the lower one counts.
    """
    limits = [_count(headers.get(f"{_LIMIT}images"))]
    reset = read_span(headers.get(f"{_RESET}requests", ""))
    if reset is not None and reset <= _LONGEST_RESET_OF_A_MINUTE:
        limits.append(_count(headers.get(f"{_LIMIT}requests")))
    return min((limit for limit in limits if limit), default=None)


def _count(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
