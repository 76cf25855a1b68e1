"""Reads from an answer's headers how long a service asks us to wait. Pure; imports no library.

Sources: RFC 9110 section 10.2.3 (Retry-After); OpenAI's rate limit guide (`x-ratelimit-remaining-…`,
`x-ratelimit-reset-…` with values such as `20ms`, `1s`, `6m0s`); openai-python (`retry-after-ms`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_SECONDS_PER_UNIT = (86_400.0, 3_600.0, 60.0, 1.0, 0.001)
_RESET = "x-ratelimit-reset-"
_REMAINING = "x-ratelimit-remaining-"


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait, or None if the headers do not include them.

    The names of `headers` are in lower case. Retry-After takes precedence over the resets of the rate limits, of which
    the longest counts, among limits that are used up. A date is compared with the answer's own `Date`, not our clock.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    seconds = _number(headers.get("retry-after"))
    if seconds is not None:
        return seconds
    until = _seconds_until(headers.get("retry-after"), headers.get("date"))
    return until if until is not None else _longest_reset(headers)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _seconds_until(moment: str | None, now: str | None) -> float | None:
    if not moment or not now:
        return None
    try:
        return max(0.0, (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds())
    except (ValueError, TypeError):  # not dates, or only one of them has a zone
        return None


def _longest_reset(headers: Mapping[str, str]) -> float | None:
    spans = [
        span
        for name, value in headers.items()
        if name.startswith(_RESET) and headers.get(_REMAINING + name.removeprefix(_RESET), "0") == "0"
        if (span := read_span(value)) is not None
    ]
    return max(spans, default=None)


def read_span(text: str) -> float | None:
    """Return the seconds of a text such as `6m0s`, or None if it is no duration."""
    match = _SPAN.fullmatch(text.strip())
    if not match or not match.group(0):
        return _number(text)
    parts = zip(match.groups(), _SECONDS_PER_UNIT, strict=True)
    return sum(float(part) * seconds for part, seconds in parts if part)
