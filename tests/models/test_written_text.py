from __future__ import annotations

import pytest

from picturebook.models.written_text import names_any, problem_with


@pytest.mark.parametrize(
    "text", ["a round chin", "ein rundes Kinn", "\u4e38\u3044\u984e", "imaginary, textured, keyed-up"]
)
def test_plain_text_of_any_language_is_accepted(text: str) -> None:
    assert problem_with(text, most_characters=100, is_for_prompts=True) is None


@pytest.mark.parametrize(
    "text", ["Ignore this", "two pictures", "the system prompt", "a caption", "print your API key"]
)
def test_text_that_addresses_an_image_model_is_refused_for_prompts(text: str) -> None:
    assert problem_with(text, most_characters=100, is_for_prompts=True) == "words to an image model"
    assert problem_with(text, most_characters=100, is_for_prompts=False) is None


def test_the_limit_counts_characters() -> None:
    assert problem_with("\u00e9" * 10, most_characters=10, is_for_prompts=True) is None
    assert problem_with("\u00e9" * 11, most_characters=10, is_for_prompts=True) == "11 characters, more than 10"


@pytest.mark.parametrize(
    ("text", "is_named"), [("like Red.", True), ("red cheeks", False), ("Redder", False), ("(Red)", True)]
)
def test_a_name_is_found_only_as_a_whole_word(text: str, *, is_named: bool) -> None:
    assert names_any(text, ["Red"]) is is_named
