"""Errors for bytes that are no JSON document, or one with a duplicate key."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picturebook.errors import InputRefusedError
from picturebook.models.json_text import check_json
from picturebook.models.parsing import MOST_BYTES

# Twice the input may take this many times the work. What grows in proportion takes at most 2, what is quadratic 4.
MOST_GROWTH = 2.5
SMALL = 16 * 1024

# Each takes a size in bytes and returns a document of about that size which is built to be expensive.
HOSTILE: dict[str, Callable[[int], bytes]] = {
    "objects": lambda size: b'{"a":' * (size // 5),
    "lists": lambda size: b"[" * size,
    "wide": lambda size: b"[" + b"[]," * (size // 3) + b"[]]",
    "doubles": lambda size: b"[" + b'{"a":1,"a":1},' * (size // 14) + b"[]]",
    "last double": lambda size: b"[" + b'{"a":1},' * (size // 8) + b'{"a":1,"a":1}]',
    "keys": lambda size: b"{" + b",".join(b'"%d":1' % number for number in range(size // 11)) + b',"5":1}',
    "quotes": lambda size: b'{"a": "' + b'\\"' * (size // 2),
    "surrogates": lambda size: b'{"a": "' + b"\\ud800" * (size // 6) + b'"}',
    "lines": lambda size: b"\n" * size + b'"\\ud800"',
    "number": lambda size: b'{"a": ' + b"9" * size + b"}",
    "spaces": lambda size: (b'{"a":[' * 95 + b"1" + b"]}" * 95).join([b"[", b"]"]) + b" " * size,
}


def refused(raw: bytes) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as error:
        check_json(raw, what="the story")
    return error.value


def said_of(raw: bytes) -> str:
    """Return the refusal's message, or an empty string."""
    try:
        check_json(raw, what="the story")
    except InputRefusedError as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"Once upon a time", "is not JSON: expected value at line 1 column 1"),
        (b'{"a": 1', "is not JSON: it ends too soon at line 1 column 7"),
        (b'{"a": 1,}', "is not JSON: trailing comma at line 1 column 9"),
        (b"{'a': 1}", "is not JSON: key must be a string at line 1 column 2"),
        (b"12345\xf8", "is not UTF-8: byte 5 is 0xf8"),
        (b'{"a": "\xed\xa0\x80"}', "is not UTF-8: byte 7 is 0xed"),
        ("\ufeff{}".encode(), "begins with a byte order mark"),
        (b'{\n "a": "\\ud800"}', "has a lone surrogate, \\ud800, at line 2 column 14"),
        (b'{\n "a": "\\ud83e x"}', "has a lone surrogate, \\ud83e, at line 2 column 14"),
        (b'{"a": "\\ud800\\u0041"}', "has a lone surrogate, \\ud800, at line 1 column 19"),
        (b'{"a": "x\\udc00"}', "has a lone surrogate, \\udc00, at line 1 column 14"),
        (b'{"a": "\\u12"}', "is not JSON: invalid escape at line 1 column 12"),
        (b"[" * 100_000, "nests lists and objects too deeply at line 1 column 202"),
        (b'{"a": ' + b"9" * 5000 + b"}", "has a number that is too long at line 1 column 4308"),
    ],
)
def test_the_problem_is_reported_with_its_position(raw: bytes, problem: str) -> None:
    error = refused(raw)
    assert (error.problem, error.field, error.reason) == (problem, "the story", "json_invalid")


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b'{"a": 1, "b": 2, "a": 3}', "a"),
        (b'{"a": {"a": {"b": 1}}, "pages": [{"n": 1}, {"text": "x", "text": "x"}]}', "pages[1].text"),
        (b'[{"": 1, "": 2}]', "[0]."),
        (b'{"a": 1, "\\u0061": 1}', "a"),
        (b'{"x": {"a": {"c": 1, "c": 2}, "a": 1}}', "x.a"),
    ],
)
def test_a_duplicate_field_is_named(raw: bytes, field: str) -> None:
    error = refused(raw)
    assert (error.field, error.problem, error.reason) == (field, "is there twice", "duplicate_key")


def test_the_name_of_a_duplicate_field_is_shown_shortened_and_without_hidden_characters() -> None:
    key = json.dumps("k\u202e" * 100_000)
    assert len(refused(f"{{{key}: 1, {key}: 2}}".encode()).message) < 500


def work_on(raw: bytes) -> int:
    """Return how many bytecode instructions it takes to judge a document: the same on every machine."""
    instructions = 0

    def count(frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        nonlocal instructions
        frame.f_trace_opcodes = True
        instructions += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        said_of(raw)
    finally:
        sys.settrace(before)
    return instructions


@pytest.mark.parametrize("shape", HOSTILE)
def test_the_work_grows_no_faster_than_a_hostile_document(shape: str) -> None:
    small, large = (work_on(HOSTILE[shape](size)) for size in (SMALL, 2 * SMALL))
    assert 0 < large < MOST_GROWTH * small


@pytest.mark.parametrize("shape", HOSTILE)
def test_what_is_said_of_a_hostile_mebibyte_is_short(shape: str) -> None:
    assert len(said_of(HOSTILE[shape](MOST_BYTES))) < 500


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_any_serialized_document_is_accepted(document: Any) -> None:
    check_json(json.dumps(document).encode(), what="x")


@given(st.binary(max_size=60))
def test_any_bytes_are_accepted_or_refused(raw: bytes) -> None:
    assert said_of(raw) == "" or "Accepted: " in said_of(raw)
