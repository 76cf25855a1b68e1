"""Where everything stands in a JSON text: the line of each key and of each list's item. Pure.

Knows nothing of what the text is about. Keys and plain values are read by the standard library's own decoder.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]
_WHITESPACE = " \t\n\r"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Place:
    """One key, or one item of a list: the way to it from the top, and its line, counted from 1."""

    path: Path
    line: int


def places(text: str) -> list[Place]:
    """Return the place of everything in a text that `json.loads` reads, in order; a key that is there twice, twice."""
    newlines = [at for at, character in enumerate(text) if character == "\n"]
    return [Place(path, bisect_left(newlines, at) + 1) for path, at in _Walk(text).value(_after_space(text, 0), ())]


class _Walk:
    """Goes through a text once; `end` is where the value that was walked last ended."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.end = 0

    def value(self, at: int, path: Path) -> Iterator[tuple[Path, int]]:
        """Yield what stands inside the value that begins at `at`."""
        if self._text[at] == "{":
            yield from self._object(at, path)
        elif self._text[at] == "[":
            yield from self._list(at, path)
        else:
            _, self.end = _DECODER.raw_decode(self._text, at)

    def _object(self, at: int, path: Path) -> Iterator[tuple[Path, int]]:
        at = _after_space(self._text, at + 1)
        while self._text[at] != "}":
            key, end = _DECODER.raw_decode(self._text, at)
            yield (*path, key), at
            after_colon = _after_space(self._text, end) + 1
            yield from self.value(_after_space(self._text, after_colon), (*path, key))
            at = self._next_item()
        self.end = at + 1

    def _list(self, at: int, path: Path) -> Iterator[tuple[Path, int]]:
        at, index = _after_space(self._text, at + 1), 0
        while self._text[at] != "]":
            yield (*path, index), at
            yield from self.value(at, (*path, index))
            at, index = self._next_item(), index + 1
        self.end = at + 1

    def _next_item(self) -> int:
        at = _after_space(self._text, self.end)
        return _after_space(self._text, at + 1) if self._text[at] == "," else at


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _WHITESPACE:
        at += 1
    return at
