"""A publisher's story, and its revision. Knows nothing of the catalogue, prices, queues or AWS."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from picturebook.models.accepted_text import (
    LANGUAGE_TAG,
    MODEL_NAME,
    QUALITY,
    SIZE,
    LongText,
    Name,
    SafeId,
    ShortText,
)
from picturebook.models.strict_model import StrictModel

MOST_PAGES = 400
MOST_CHARACTERS = 40
MOST_VIEWS = 5
SCHEMA_VERSION = "1.0"

OnUnknown = Literal["repay_once", "hold"]
Model = Annotated[str, Field(min_length=1, max_length=64, pattern=MODEL_NAME)]
Size = Annotated[str, Field(pattern=SIZE)]
Quality = Annotated[str, Field(min_length=1, max_length=16, pattern=QUALITY)]


def _money(value: object) -> object:
    # pydantic would accept "1_0" as ten. `str` keeps the digits of a number as they were written.
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, Decimal):
        return value
    raise PydanticCustomError("decimal_type", "is not a number", {"accepted": "a number"})


# Serialized as a number: a float holds twelve digits exactly.
Money = Annotated[
    Decimal,
    BeforeValidator(_money),
    PlainSerializer(float, return_type=float, when_used="json"),
    Field(gt=0, max_digits=12, decimal_places=4),
]


class Character(StrictModel):
    """A character, which must look the same on every page.

    `views` are drawn in addition to the full figure, in words such as `portrait`; the default is the portrait.
    """

    name: Name
    traits: Annotated[tuple[ShortText, ...], Field(min_length=1, max_length=20)]
    description: LongText | None = None
    views: Annotated[tuple[ShortText, ...], Field(max_length=MOST_VIEWS)] | None = None

    @property
    def appearance(self) -> str:
        """The character's description; without one, the traits in their order."""
        return self.description or ", ".join(self.traits)


class Page(StrictModel):
    """One page: its text, its characters, and optionally a `scene`, which describes the picture."""

    page_number: Annotated[int, Field(ge=1, le=9999)]
    text: LongText
    characters: Annotated[tuple[Name, ...], Field(max_length=MOST_CHARACTERS)]
    scene: LongText | None = None


class Story(StrictModel):
    """A valid story: names and page numbers are unique, and pages name only known characters."""

    schema_version: Literal["1.0"]
    story_id: SafeId
    title: Annotated[ShortText, Field(max_length=200)]
    language: Annotated[str, Field(pattern=LANGUAGE_TAG)]
    style: ShortText
    characters: Annotated[tuple[Character, ...], Field(max_length=MOST_CHARACTERS)]
    pages: Annotated[tuple[Page, ...], Field(min_length=1, max_length=MOST_PAGES)]
    model: Model | None = None
    size: Size | None = None
    quality: Quality | None = None
    max_cost_usd: Money | None = None
    on_unknown: OnUnknown = "repay_once"

    @model_validator(mode="after")
    def _names_and_numbers_are_unique(self) -> Self:
        twice = _first_duplicate(fold_name(character.name) for character in self.characters)
        if twice is not None:
            raise _cross_field_error(
                f"characters[{twice}].name",
                "is the name of an earlier character",
                "names that differ in more than case",
            )
        twice = _first_duplicate(page.page_number for page in self.pages)
        if twice is not None:
            raise _cross_field_error(
                f"pages[{twice}].page_number", "is the number of an earlier page", "page numbers that are unique"
            )
        return self

    @model_validator(mode="after")
    def _pages_name_known_characters(self) -> Self:
        known = {fold_name(character.name): character.name for character in self.characters}
        for p, page in enumerate(self.pages):
            for c, name in enumerate(page.characters):
                if fold_name(name) not in known:
                    accepted = (
                        "one of " + ", ".join(known.values()) if known else "no names, as the story has no characters"
                    )
                    raise _cross_field_error(f"pages[{p}].characters[{c}]", "names an unknown character", accepted)
            twice = _first_duplicate(fold_name(name) for name in page.characters)
            if twice is not None:
                raise _cross_field_error(f"pages[{p}].characters[{twice}]", "is on this page already", "each name once")
        return self

    def revision(self) -> str:
        """Return the revision: 16 hexadecimal digits of the SHA-256 of the canonical story.

        Two files of the same story that differ in order of keys, spacing or escapes have the same revision.
        """
        document = self.model_dump(mode="json", exclude_none=True)
        if self.max_cost_usd is not None:
            document["max_cost_usd"] = str(self.max_cost_usd.normalize())  # 2.5 equals 2.50
        canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]


def fold_name(name: str) -> str:
    """Return the normalized form in which two names are compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _first_duplicate(values: Iterable[Hashable]) -> int | None:
    seen: set[Hashable] = set()
    for index, value in enumerate(values):
        if value in seen:
            return index
        seen.add(value)
    return None


def _cross_field_error(field: str, problem: str, accepted: str) -> PydanticCustomError:
    return PydanticCustomError("cross_field", "{problem}", {"field": field, "problem": problem, "accepted": accepted})
