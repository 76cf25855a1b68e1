"""Which text is accepted: readable text without hidden characters.

Sources: Unicode's general categories and noncharacters; the bidirectional controls are those of
CVE-2021-42574 ("Trojan Source").
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

# Tabs and line breaks are accepted; other controls and characters that only change how text is displayed are not.
_PERMITTED_CONTROLS = frozenset("\t\n\r")
_BIDIRECTIONAL_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Unassigned characters (Cn) are accepted, because they differ between versions of Python.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co"})
# Letters by category that are displayed as blanks: the Hangul fillers and the empty Braille cell.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_TAG_CHARACTERS = range(0xE0000, 0xE0080)
# Vietnamese and Hebrew stack up to three marks on a letter; a dozen would cover the lines above and below.
_STACKING = ("Mn", "Me")
_MOST_COMBINING_MARKS = 8
ACCEPTED_TEXT = (
    "readable text without control characters, lone surrogates, direction overrides or "
    f"more than {_MOST_COMBINING_MARKS} marks on one letter"
)

SAFE_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?")
ACCEPTED_ID = "1 to 64 of the letters a-z A-Z, digits, '-' and '_', beginning and ending with a letter or digit"

# The validation context of what is made of a valid story, or was kept of one. Its texts were checked, character by
# character, when the story came in, and need not be checked again.
ALREADY_CHECKED: Final = {"texts": "already checked"}

LANGUAGE_TAG = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
MODEL_NAME = r"^[a-z0-9][a-z0-9.-]*$"
SIZE = r"^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$"
QUALITY = r"^[a-z]+$"
PICTURE_KEY = r"^images/([A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]+\.(png|jpeg|webp)$"
REVISION = r"^[0-9a-f]{16}$"
# Descriptions of the patterns for error messages.
WRITTEN_LIKE = {
    LANGUAGE_TAG: "a language tag, like en or pt-BR",
    MODEL_NAME: "a model's name, like gpt-image-2",
    SIZE: "WIDTHxHEIGHT in pixels, like 1024x1024",
    QUALITY: "a quality, like low, medium or high",
    PICTURE_KEY: "a key below images/ that ends in .png, .jpeg or .webp",
    REVISION: "16 of the digits 0-9 a-f",
}


def refused_character(text: str) -> str | None:
    """Return the first refused character as `U+XXXX`, with the reason if it is stacked on others, or None."""
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _STACKING else 0
        hidden = character in _BIDIRECTIONAL_CONTROLS or ord(character) in _TAG_CHARACTERS
        noncharacter = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
        control = category in _REFUSED_CATEGORIES and character not in _PERMITTED_CONTROLS
        if hidden or noncharacter or control:
            return f"U+{ord(character):04X}"
        if marks > _MOST_COMBINING_MARKS:
            return f"U+{ord(character):04X} stacked on other marks, more than {_MOST_COMBINING_MARKS} on one letter"
    return None


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS


def _readable(text: str, info: ValidationInfo) -> str:
    if info.context is ALREADY_CHECKED:
        return text
    refused = refused_character(text)
    if refused:
        raise PydanticCustomError(
            "refused_character", "has {character}", {"character": refused, "accepted": ACCEPTED_TEXT}
        )
    if not any(_is_visible(character) for character in text):
        raise PydanticCustomError("blank", "is blank", {"accepted": "text with at least one visible character"})
    return text


def _safe_id(text: str) -> str:
    if not SAFE_ID.fullmatch(text):
        raise PydanticCustomError("unsafe_id", "is not a safe id", {"accepted": ACCEPTED_ID})
    return text


Readable = AfterValidator(_readable)
SafeId = Annotated[str, AfterValidator(_safe_id)]
Name = Annotated[str, Field(min_length=1, max_length=80), Readable]
ShortText = Annotated[str, Field(min_length=1, max_length=500), Readable]
LongText = Annotated[str, Field(min_length=1, max_length=4000), Readable]
