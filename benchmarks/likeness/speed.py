"""CPU time of scoring one page with three sheets (PNG, 1024 pixels wide), beside Pillow's decoding alone."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Sequence

from PIL import Image

from benchmarks.likeness.pairs import Pair, Source
from picturebook.picture_likeness import likeness

_RUNS = 15


def milliseconds(source: Source) -> dict[str, float]:
    """Return medians in milliseconds of a core: in all, and for decoding the four pictures."""
    pair = next(pair for number in range(100) for pair in source.case(number)[:1] if pair.heroes == 3)
    return {
        "likeness": _median(lambda: likeness(pair.picture, pair.sheets)),
        "decoding_alone": _median(lambda: _decode(pair)),
    }


def _decode(pair: Pair) -> Sequence[Image.Image]:
    return [Image.open(io.BytesIO(content)).convert("RGB") for content in (pair.picture, *pair.sheets)]


def _median(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(_RUNS):
        started = time.process_time()
        act()
        taken.append(1000 * (time.process_time() - started))
    return round(statistics.median(taken), 1)
