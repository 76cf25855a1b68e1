"""What checking and finishing one picture of 1024x1024 costs, beside plain Pillow and plain libvips.

In each round, each way makes the same files from the same bytes: a WebP in the picture's size and a thumbnail, in the
same quality. Only our way checks the file, scores the picture, and writes provenance metadata. The figures are CPU
seconds of all threads of the process, medians over the rounds, with pictures of the local image service. libvips is
installed from `libvips.txt` into a folder of its own; where it is not installed, it is not measured.
"""

from __future__ import annotations

import importlib
import io
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from picturebook.picture_checks import check_picture
from picturebook.picture_finishing import ProvenanceMetadata, finish_picture
from sketch_artist import SketchRequest, draw_picture

ROUNDS = 15
PROMPTS = (
    "A meadow with flowers at noon, a kite in the sky",
    "Deep night on the sea, a small boat",
    "Inside a kitchen, a table, a window, Tom the bear bakes bread",
    "Character sheet of Mira, a girl with red hair and a yellow coat, plain light background",
)
LIBVIPS = Path(".build/libvips")
MARKS = ProvenanceMetadata("The Lantern", "gpt-image-2", "sha256:0f1e", "lantern", "A girl holds a lantern.")
# Those of `picture_finishing.derivatives`.
QUALITY, METHOD, THUMBNAIL = 85, 5, 320
PROMISED_SECONDS = 0.6
Make = Callable[[bytes], Sequence[bytes]]


def measure() -> dict[str, Any]:
    """Return CPU milliseconds by way, the bytes of the files, and the ratio of ours to the others."""
    contents = [draw_picture(SketchRequest(prompt=prompt, width=1024, height=1024)) for prompt in PROMPTS]
    ways: dict[str, Make] = {"checked": _checked, "finished": _finished, "plain_pillow": _plain_pillow}
    if LIBVIPS.exists():
        ways["plain_libvips"] = _plain_libvips()
    seconds = _in_turns(ways, contents)
    ours = seconds["checked"] + seconds["finished"]
    return {
        "rounds": ROUNDS,
        "pictures": len(contents),
        "cpu_ms": {name: round(1000 * spent, 1) for name, spent in {**seconds, "ours": ours}.items()},
        "kilobytes": {name: _kilobytes(way, contents) for name, way in ways.items() if name != "checked"},
        "promised_ms": round(1000 * PROMISED_SECONDS),
        **{f"ours_to_{name}": round(ours / spent, 2) for name, spent in seconds.items() if name.startswith("plain")},
    }


def _in_turns(ways: Mapping[str, Make], contents: Sequence[bytes]) -> dict[str, float]:
    """Return the median CPU seconds of each way. The order of the ways changes from round to round."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    for _ in range(ROUNDS):
        order = [*order[1:], order[0]]
        for content in contents:
            for name in order:
                started = time.process_time()
                ways[name](content)
                spent[name].append(time.process_time() - started)
    return {name: statistics.median(times) for name, times in spent.items()}


def _kilobytes(way: Make, contents: Sequence[bytes]) -> float:
    return round(statistics.median(len(way(content)[0]) for content in contents) / 1000, 1)


def _checked(content: bytes) -> Sequence[bytes]:
    check_picture(content, size="1024x1024")
    return [content]


def _finished(content: bytes) -> Sequence[bytes]:
    return [picture.content for picture in finish_picture(content, MARKS)]


def _plain_pillow(content: bytes) -> Sequence[bytes]:
    image = Image.open(io.BytesIO(content)).convert("RGB")
    files = []
    for shown in (image, image.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)):
        encoded = io.BytesIO()
        shown.save(encoded, "WEBP", quality=QUALITY, method=METHOD)
        files.append(encoded.getvalue())
    return files


def _plain_libvips() -> Make:
    os.environ["VIPS_CONCURRENCY"] = "1"
    sys.path.append(str(LIBVIPS))
    vips = importlib.import_module("pyvips")

    def make(content: bytes) -> Sequence[bytes]:
        image = vips.Image.new_from_buffer(content, "").copy_memory()
        options = {"Q": QUALITY, "effort": METHOD, "keep": "none"}
        return [shown.webpsave_buffer(**options) for shown in (image, image.thumbnail_image(THUMBNAIL))]

    return make
