"""Which text is accepted: any language, without hidden characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picturebook.models.accepted_text import refused_character


@pytest.mark.parametrize(
    "text",
    [
        "Der Drache nießt.\n\tEnde.",
        "الفانوس الصغير",
        "הפנס הקטן",
        "小さな提灯",
        "ปู่ย่าตายาย",
        "Việt Nam ở đây",
        "a family 👨‍👩‍👧 and a flag 🇩🇪",
        "नमस्ते",
    ],
)
def test_all_languages_are_accepted(text: str) -> None:
    assert refused_character(text) is None


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("a\x00b", "U+0000"),
        ("a\x1bb", "U+001B"),
        ("a\u202eb", "U+202E"),
        ("a\u2066b", "U+2066"),
        ("a\ud800b", "U+D800"),
        ("a\ue000b", "U+E000"),
        ("a\uffffb", "U+FFFF"),
        ("a\U000e0041b", "U+E0041"),
        ("a" + "\u0301" * 9, "U+0301 stacked on other marks, more than 8 on one letter"),
    ],
)
def test_a_hidden_character_is_named(text: str, character: str) -> None:
    assert refused_character(text) == character


@given(st.text())
def test_accepted_text_can_be_stored_and_sent(text: str) -> None:
    if refused_character(text) is None:
        assert text.encode("utf-8").decode("utf-8") == text
