"""Checks a chat model's text before it is used.

The text goes into prompts and pages, and a story may contain instructions that the model followed.
"""

from __future__ import annotations

import re

from pydantic import TypeAdapter, ValidationError

from picturebook.models.accepted_text import LongText

_READABLE = TypeAdapter[str](LongText)
_BREAKS = frozenset("\t\n\r\u2028\u2029")
# The beginning of a delimiter, a link or code, none of which a description of an appearance needs.
_MARKS = re.compile(r"<{2,}|>{2,}|`{2,}|[{}]|https?:|www\.", re.IGNORECASE)
# Words that address an image model rather than describe an appearance. English only; the other rules hold for all
# languages.
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|override|instructions?|prompts?|images?|pictures?|pages?|panels?|captions?|watermarks?|"
    r"signatures?|logos?|api|keys?|url)\b",
    re.IGNORECASE,
)


def problem_with(text: object, *, most_characters: int, is_for_prompts: bool) -> str | None:
    """Return why the text is refused, without quoting it; None if it is accepted.

    Accepted is one readable line of at most `most_characters` without delimiters, links or code; for prompts also
    without words that address an image model.
    """
    if not isinstance(text, str) or not text.strip():
        return "no text"
    if len(text) > most_characters:
        return f"{len(text)} characters, more than {most_characters}"
    try:
        _READABLE.validate_python(text)
    except ValidationError as error:
        return error.errors()[0]["msg"]
    if _BREAKS & set(text):
        return "more than one line"
    if _MARKS.search(text):
        return "marks, links or code"
    return "words to an image model" if is_for_prompts and _ORDERS.search(text) else None


def names_any(text: str, names: list[str]) -> bool:
    """Say whether the text contains one of the names, case-sensitive and as whole words."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names)


def one_line(text: str) -> str:
    """Return the text with every run of white space replaced by one space."""
    return " ".join(text.split())
