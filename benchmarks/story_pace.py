"""How close a story comes to its critical path on the local cloud, and how much memory its function processes take.

The sample story (3 characters, 12 pages) is drawn twice, first on a cold cloud and then on the same cloud, warm. The
image service takes 2 s and returns ready-made pictures, so that its own drawing takes no CPU. The command computes the
ratio. This module runs it three times and returns the medians. Meanwhile it reads the peak memory of every function
process from /proc (Linux; elsewhere it is None).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

STORY = Path("events/stories/the-lantern-of-fern-hollow.json")
SERVICE_SECONDS = 2
RUNS = 3
# The emulator runs each function process from a folder of this name.
FUNCTION_PROCESS = "ministack-lambda-picturebook-draw"
SAMPLE_SECONDS = 0.2


def measure() -> dict[str, Any]:
    """Return median ratios of story time to critical path, cold and warm, and the largest process in MB."""
    with _Weights() as weights:
        summaries = [_illustrate() for _ in range(RUNS)]
    return {
        "runs": RUNS,
        "service_seconds": SERVICE_SECONDS,
        **{f"{kind}_ratio": _median(summaries, kind, "ratio") for kind in ("cold", "warm")},
        **{f"{kind}_seconds": _median(summaries, kind, "seconds") for kind in ("cold", "warm")},
        "largest_function_process_mb": weights.largest_mb,
    }


def _median(summaries: list[Mapping[str, Any]], kind: str, figure: str) -> float:
    figures = [float(summary["paces"][kind][figure]) for summary in summaries]
    return round(statistics.median(figures), 2)


def _illustrate() -> Mapping[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            str(Path(sys.executable).with_name("picturebook")),
            "illustrate",
            str(STORY),
            "--out",
            folder,
            "--json",
        ]
        options = ["--delay", str(SERVICE_SECONDS), "--prerendered", "--measure"]
        lines = subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE).stdout.splitlines()  # noqa: S603 - our own command
    summary: Mapping[str, Any] = json.loads(lines[-1])
    return summary


class _Weights:
    """Watches the memory of function processes while a block runs."""

    def __init__(self) -> None:
        self.largest_mb: float | None = None
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> _Weights:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            for kilobytes in _function_processes():
                self.largest_mb = max(self.largest_mb or 0.0, round(kilobytes / 1024, 1))


def _function_processes() -> Iterator[int]:
    """Yield the peak memory of each function process in kB."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            status = (process / "status").read_text()
        except OSError:
            continue  # it ended while we looked
        if FUNCTION_PROCESS in command:
            yield next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
