"""Run every benchmark, print what it found and keep it in benchmarks/results.json."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

from benchmarks import story_pace

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Run all benchmarks; each returns a mapping of names to figures, and says in its docstring how."""
    results: dict[str, object] = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "story_pace": story_pace.measure(),
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    sys.stdout.write(json.dumps(results, indent=2) + f"\nWritten to {RESULTS.relative_to(Path.cwd())}\n")


if __name__ == "__main__":
    main()
