"""Errors for bytes that are no JSON document, or one with a duplicate key."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picturebook.errors import InputRefusedError
from picturebook.models.json_text import check_json
from picturebook.models.parsing import MOST_BYTES

MOST_SECONDS = 2.0  # a tenth of it is needed; what is quadratic takes minutes


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


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":' * 180_000,
        b"[" * MOST_BYTES,
        b"[" + b"[]," * 300_000 + b"[]]",
        b"[" + b'{"a":1,"a":1},' * 70_000 + b"[]]",
        b"{" + b",".join(b'"%d":1' % n for n in range(90_000)) + b',"5":1}',
        b'{"a": "' + b'\\"' * 500_000,
        b'{"a": "' + b"\\ud800" * 170_000 + b'"}',
        b"\n" * 1_000_000 + b'"\\ud800"',
        b'{"a": ' + b"9" * 1_000_000 + b"}",
        (b'{"a":[' * 95 + b"1" + b"]}" * 95).join([b"[", b"]"]) + b" " * 900_000,
    ],
    ids=["objects", "lists", "wide", "doubles", "keys", "quotes", "surrogates", "lines", "number", "spaces"],
)
def test_a_hostile_mebibyte_is_judged_in_time(raw: bytes) -> None:
    began = time.process_time()
    assert len(said_of(raw)) < 500
    assert time.process_time() - began < MOST_SECONDS


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
