"""CPU time of the function processes per picture, on a warm local cloud.

A story of 40 pages and two characters is drawn twice on one cloud by an image service that hands out ready-made
pictures after 0.5 s. The second time every process is warm: its CPU seconds, read from /proc (Linux), are divided by
the number of pictures. Timings of a busy machine vary by a tenth; compare two revisions side by side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PAGES = 40
SERVICE_SECONDS = 0.5
# The emulator runs each function process from a folder whose name begins so.
FUNCTION_PROCESS = "ministack-lambda-picturebook-"
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def measure() -> dict[str, Any]:
    """Return the milliseconds of CPU per picture of all functions together, and of each function."""
    with tempfile.TemporaryDirectory() as folder:
        story = Path(folder) / "forty-pages.json"
        story.write_text(json.dumps(_story()))
        before, after, pictures = _drawn_warm(story, Path(folder) / "book")
    spent = {name: after[name] - before.get(name, 0.0) for name in after}
    return {
        "pictures": pictures,
        "service_seconds": SERVICE_SECONDS,
        "cpu_ms_per_picture": round(1000 * sum(spent.values()) / pictures),
        "by_function": {name: round(1000 * seconds / pictures) for name, seconds in sorted(spent.items())},
    }


def _story() -> Mapping[str, Any]:
    cast = [
        {"name": "Mira", "traits": ["a small girl", "curly red hair", "a yellow raincoat"]},
        {"name": "Tock", "traits": ["a brass clockwork owl", "round green eyes"]},
    ]
    pages = [
        {"page_number": number, "text": f"On day {number} they cross another hill.", "characters": ["Mira", "Tock"]}
        for number in range(1, PAGES + 1)
    ]
    return {
        "schema_version": "1.0",
        "story_id": "forty-pages",
        "title": "Forty Hills",
        "language": "en",
        "style": "soft watercolour",
        "characters": cast,
        "pages": pages,
    }


def _drawn_warm(story: Path, book: Path) -> tuple[Mapping[str, float], Mapping[str, float], int]:
    """Return the CPU seconds by function before and after the second time, and the number of pictures."""
    command = [str(Path(sys.executable).with_name("picturebook")), "illustrate", str(story), "--out", str(book)]
    options = ["--json", "--prerendered", "--measure", "--delay", str(SERVICE_SECONDS)]
    readings: list[Mapping[str, float]] = []
    pictures = 0
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as drawing:  # noqa: S603 - our own command
        for line in drawing.stdout or ():
            event = json.loads(line)
            if event.get("detail_type") == "StoryCompleted":
                readings.append(_cpu_seconds())
                pictures = int(event["data"]["pictures_total"])
    before, after = readings
    return before, after, pictures


def _cpu_seconds() -> dict[str, float]:
    """Return the user and system seconds that the processes of each function have used."""
    seconds: dict[str, float] = {}
    for name, used in _function_processes():
        seconds[name] = seconds.get(name, 0.0) + used
    return seconds


def _function_processes() -> Iterator[tuple[str, float]]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended in between
        if FUNCTION_PROCESS in command:
            name = command.partition(FUNCTION_PROCESS)[2].partition("/")[0].rpartition("-")[0]
            yield name, (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND
