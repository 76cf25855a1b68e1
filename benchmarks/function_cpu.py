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
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PAGES = 40
SERVICE_SECONDS = 0.5
SAMPLE_SECONDS = 0.1
# The emulator runs each function process from a folder whose name begins so.
FUNCTION_PROCESS = "ministack-lambda-picturebook-"
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def measure() -> dict[str, Any]:
    """Return the milliseconds of CPU per picture of all functions together, and of each function."""
    with tempfile.TemporaryDirectory() as folder:
        story = Path(folder) / "forty-pages.json"
        story.write_text(json.dumps(_story()))
        before, after, pictures, started = _drawn_warm(story, Path(folder) / "book")
    spent = {name: after[name] - before.get(name, 0.0) for name in after}
    return {
        "pictures": pictures,
        "processes_started_meanwhile": started,
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


def _drawn_warm(story: Path, book: Path) -> tuple[Mapping[str, float], Mapping[str, float], int, int]:
    """Return the CPU seconds by function before and after the second time, the number of pictures, and of processes
    that were started meanwhile, which costs a second of CPU each."""
    command = [str(Path(sys.executable).with_name("picturebook")), "illustrate", str(story), "--out", str(book)]
    options = ["--json", "--prerendered", "--measure", "--delay", str(SERVICE_SECONDS)]
    readings: list[Mapping[str, float]] = []
    processes: list[int] = []
    pictures = 0
    with _CpuSeconds() as used, subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as drawing:  # noqa: S603 - our own command
        for line in drawing.stdout or ():
            event = json.loads(line)
            if event.get("detail_type") == "StoryCompleted":
                readings.append(used.by_function())
                processes.append(used.processes())
                pictures = int(event["data"]["pictures_total"])
    before, after = readings
    return before, after, pictures, processes[1] - processes[0]


class _CpuSeconds:
    """Samples the user and system seconds of every function process, those included that end meanwhile."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[str, str], float] = {}
        self._over = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> _CpuSeconds:
        self._sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._sampler.join()

    def by_function(self) -> dict[str, float]:
        """Return the seconds so far, by function."""
        self._read()
        seconds: dict[str, float] = {}
        for (name, _), used in list(self._seconds.items()):
            seconds[name] = seconds.get(name, 0.0) + used
        return seconds

    def processes(self) -> int:
        """Return how many processes were seen so far."""
        return len(self._seconds)

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self._read()

    def _read(self) -> None:
        for name, process, used in _function_processes():
            self._seconds[name, process] = used


def _function_processes() -> Iterator[tuple[str, str, float]]:
    """Yield the function, the process id and the CPU seconds of each function process."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended in between
        if FUNCTION_PROCESS in command:
            name = command.partition(FUNCTION_PROCESS)[2].partition("/")[0].rpartition("-")[0]
            yield name, process.name, (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND
