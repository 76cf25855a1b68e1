"""Which of a chat model's words we take.

They reach prompts and pages, and a story may have talked the model into more than it was asked for.
"""

from __future__ import annotations

import re

from pydantic import TypeAdapter, ValidationError

from picturebook.models.accepted_text import LongText

_READABLE = TypeAdapter[str](LongText)
_BREAKS = frozenset("\t\n\r\u2028\u2029")
# What begins a mark, a link or code; nobody needs it to say how something looks.
_MARKS = re.compile(r"<{2,}|>{2,}|`{2,}|[{}]|https?:|www\.", re.IGNORECASE)
# Words to an image model and not about a look. English alone: the other rules hold for all languages.
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|override|instructions?|prompts?|images?|pictures?|pages?|panels?|captions?|watermarks?|"
    r"signatures?|logos?|api|keys?|url)\b",
    re.IGNORECASE,
)


def problem_with(text: object, *, most_characters: int, is_for_prompts: bool) -> str | None:
    """Say why the text is not taken, without quoting it; None when it is taken.

    Taken is one readable line of at most `most_characters` without marks, links or code; for prompts also without
    words that speak to an image model.
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
    """Say whether the text has one of the names, as it is written, as words of their own."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names)


def one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    return " ".join(text.split())
