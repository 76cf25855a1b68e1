"""Output for scripts: one JSON object per line."""

from __future__ import annotations

import json
from typing import TextIO


def print_json_line(stream: TextIO, document: object) -> None:
    """Write one line of JSON and flush the stream, so that a reader at the other end of a pipe has it at once."""
    stream.write(json.dumps(document, ensure_ascii=False) + "\n")
    stream.flush()
