"""Run the named benchmarks, or all; print their figures and write them to benchmarks/results.json."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import circuit_breakers, finishing, function_cpu, likeness, outage, same_hero, story_pace

RESULTS = Path(__file__).with_name("results.json")
# Each returns figures by name; its module's docstring says how it measures.
BENCHMARKS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "story_pace": story_pace.measure,
    "function_cpu": function_cpu.measure,
    "circuit_breakers": circuit_breakers.measure,
    "outage": outage.measure,
    "finishing": finishing.measure,
    "same_hero": same_hero.measure,
    "likeness": likeness.measure,
}


def main(names: Sequence[str]) -> int:
    """Return exit status 0, or 2 with one message for an unknown name. The other benchmarks keep their last figures."""
    if unknown := set(names) - set(BENCHMARKS):
        sys.stderr.write(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}\n")
        return 2
    results: dict[str, object] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    for name in names or BENCHMARKS:
        found = {name: {"machine": machine, **BENCHMARKS[name]()}}
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        results |= found
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    sys.stdout.write(f"Written to {RESULTS.relative_to(Path.cwd())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
