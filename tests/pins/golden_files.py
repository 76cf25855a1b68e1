"""Compares what was made with a golden file, and writes the file instead when it is told to.

    PICTUREBOOK_PINS=write .venv/bin/python -m pytest tests/pins

writes the files of `golden/`. Read their diff, and commit them with the reason for the change: users, queues or stored
data rely on what they say.
"""

from __future__ import annotations

import difflib
import json
import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
_IS_WRITTEN = os.environ.get("PICTUREBOOK_PINS") == "write"
_MOST_LINES = 60


def as_json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def hold(name: str, made: str) -> None:
    """Fail with a diff unless the golden file `name` has this text."""
    file = FOLDER / name
    if _IS_WRITTEN:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(made, encoding="utf-8")
        return
    pinned = file.read_text(encoding="utf-8") if file.exists() else ""
    if made != pinned:
        raise AssertionError(f"tests/pins/golden/{name} is not what was made:\n{_diff(pinned, made)}")


def _diff(pinned: str, made: str) -> str:
    lines = list(difflib.unified_diff(pinned.splitlines(), made.splitlines(), "pinned", "made", lineterm="", n=2))
    more = [f"… and {len(lines) - _MOST_LINES} lines more"] if len(lines) > _MOST_LINES else []
    return "\n".join([line[:400] for line in lines[:_MOST_LINES]] + more)
