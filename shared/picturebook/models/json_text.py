"""Checks that bytes are one JSON document without duplicate keys. Pure.

Knows nothing of the document's schema. Every step takes time proportional to the input, and nothing recurses before the
nesting is known to be shallow.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_core import from_json

from picturebook.errors import InputRefusedError

# Our messages by the beginning of the parser's (jiter, in pydantic-core), with its limits; a test checks each.
_PARSER_MESSAGES = (
    (
        "recursion limit exceeded",
        "nests lists and objects too deeply",
        "fewer than 200 lists and objects inside each other",
    ),
    ("number out of range", "has a number that is too long", "numbers of fewer than 4300 digits"),
    ("EOF while parsing", "is not JSON: it ends too soon", "one JSON object, complete"),
)
_ONE_OBJECT = "one JSON object, encoded in UTF-8"
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_LONGEST_ESCAPES = 14
_MOST_SHOWN = 80
_PLACE = re.compile(r" at line (\d+) column (\d+)$")


def check_json(raw: bytes, *, what: str) -> None:
    """Raise InputRefusedError if `raw` is not one JSON document, or an object has a key twice.

    `what` names the input if no field can be named.
    """
    _check_encoding(raw, what)
    try:
        from_json(raw)
    except ValueError as error:
        raise _not_json(str(error), raw, what) from error
    _check_keys(raw)


def path_of(location: tuple[int | str, ...]) -> str:
    """Return a path in a document, such as `pages[0].text`; keys come from the sender and are shortened."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{_shown(part)}"
    return path.removeprefix(".")


def _check_encoding(raw: bytes, what: str) -> None:
    problem = None
    if raw.startswith(codecs.BOM_UTF8):
        problem = "begins with a byte order mark"
    elif not raw.strip():
        problem = "is empty"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8: byte {error.start} is 0x{raw[error.start]:02x}"
    if problem:
        raise InputRefusedError(problem, field=what, accepted=_ONE_OBJECT, reason="json_invalid")


def _not_json(parser_message: str, raw: bytes, what: str) -> InputRefusedError:
    found = _PLACE.search(parser_message)
    place = found[0] if found else ""
    problem, accepted = f"is not JSON: {parser_message.removesuffix(place)}", _ONE_OBJECT
    for beginning, our_problem, our_accepted in _PARSER_MESSAGES:
        if parser_message.startswith(beginning):
            problem, accepted = our_problem, our_accepted
    is_escape = "hex escape" in parser_message
    lone = _escape_before(raw, int(found[1]), int(found[2])) if found and is_escape else None
    if lone:
        problem, accepted = f"has a lone surrogate, {lone},", "surrogates in pairs, or the characters themselves"
    return InputRefusedError(problem + place, field=what, accepted=accepted, reason="json_invalid")


def _escape_before(raw: bytes, line: int, column: int) -> str | None:
    """Return the surrogate escape that ends directly before a position, or None."""
    end = sum(len(part) + 1 for part in raw.split(b"\n", line - 1)[: line - 1]) + column
    escapes = _SURROGATE_ESCAPE.findall(raw[max(0, end - _LONGEST_ESCAPES) : end])
    return escapes[0].decode() if escapes else None


@dataclass(frozen=True, slots=True)
class _Duplicate:
    """Replaces an object that has a key twice."""

    key: str


def _check_keys(raw: bytes) -> None:
    duplicates: list[str] = []

    def read(pairs: list[tuple[str, object]]) -> object:
        fields = dict(pairs)
        if len(fields) == len(pairs):
            return fields
        counts = Counter(key for key, _ in pairs)
        duplicates.append(next(key for key, count in counts.items() if count > 1))
        return _Duplicate(duplicates[-1])

    document = json.loads(raw, object_pairs_hook=read)
    if duplicates:
        raise InputRefusedError(
            "is there twice",
            field=path_of(next(_duplicate_paths(document))),
            accepted="each field once",
            reason="duplicate_key",
        )


def _duplicate_paths(document: object, so_far: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    if isinstance(document, _Duplicate):
        yield (*so_far, document.key)
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from _duplicate_paths(value, (*so_far, key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from _duplicate_paths(value, (*so_far, index))


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:_MOST_SHOWN])
