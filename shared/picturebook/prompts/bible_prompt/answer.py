"""Reads a chat model's answer about a book's appearance; each invalid part is replaced by its fallback. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from picturebook.models.bible import MOST_COLOURS, CharacterAppearance
from picturebook.models.story import Character
from picturebook.models.strict_model import StrictModel
from picturebook.models.written_text import names_any, problem_with
from picturebook.prompts.bible_prompt.fallback import BookStyle, fallback_appearance, joined_traits
from picturebook.prompts.bible_prompt.request import (
    LEAST_COLOURS,
    MOST_COLOUR_LENGTH,
    MOST_DETAILS,
    MOST_STYLE,
    MOST_STYLE_DETAILS,
)

# A letter of four bytes, the maximum in UTF-8.
_WIDEST = "\U00020000"


@dataclass(frozen=True, slots=True)
class BibleAnswer:
    """An appearance for each requested character, the style if requested, and the reasons for fallbacks: `problems`."""

    appearances: tuple[CharacterAppearance, ...]
    style: BookStyle | None
    problems: tuple[str, ...]


class _Document(StrictModel):
    characters: tuple[JsonValue, ...] = ()
    style_details: JsonValue = None
    palette: JsonValue = None


class _Entry(StrictModel):
    number: int
    details: str


def read_bible(
    text: str, asked: Sequence[Character], *, names: Sequence[str], fallback: BookStyle | None
) -> BibleAnswer:
    """Read the answer about the characters `asked`; `fallback` is the fallback style, None if no style was requested.

    `names` are the names of all characters of the book, which no details may contain. The traits stay unchanged, before
    the details.
    """
    try:
        document = _Document.model_validate_json(text)
    except ValidationError:
        appearances = tuple(fallback_appearance(character) for character in asked)
        return BibleAnswer(appearances, fallback, ("the answer is not the JSON that was asked for",))
    details, problems = _details_by_number(document, len(asked))
    appearances = tuple(
        _appearance(number, character, details.get(number), names, problems)
        for number, character in enumerate(asked, start=1)
    )
    style = fallback and _style(document, fallback, names, problems)
    return BibleAnswer(appearances, style, tuple(problems))


def _details_by_number(document: _Document, most: int) -> tuple[Mapping[int, str], list[str]]:
    entries, problems = [], []
    for value in document.characters:
        try:
            entries.append(_Entry.model_validate(value))
        except ValidationError:
            problems.append("an entry is not of the form that was asked for")
    counts = Counter(entry.number for entry in entries)
    problems += [f"character {number}: not asked for" for number in counts if not 1 <= number <= most]
    problems += [f"character {number}: answered more than once" for number, count in counts.items() if count > 1]
    return {entry.number: entry.details for entry in entries if counts[entry.number] == 1}, problems


def _appearance(
    number: int, character: Character, details: str | None, names: Sequence[str], problems: list[str]
) -> CharacterAppearance:
    problem = _problem_with_details(character, details, names)
    if problem or details is None:
        problems.append(f"character {number}: {problem}")
        return fallback_appearance(character)
    return _with_details(character, details)


def longest_appearance(character: Character) -> CharacterAppearance:
    """Return an appearance with the maximum number of bytes of one that a chat model writes."""
    return _with_details(character, _WIDEST * MOST_DETAILS)


def _with_details(character: Character, details: str) -> CharacterAppearance:
    description = f"{joined_traits(character)}; {details.strip()}"
    return CharacterAppearance(name=character.name, description=description, source="chat")


def _problem_with_details(character: Character, details: str | None, names: Sequence[str]) -> str | None:
    if details is None:
        return "no answer that counts"
    problem = problem_with(details, most_characters=MOST_DETAILS, is_for_prompts=True)
    others = [name for name in names if name != character.name]
    return problem or ("another character's name" if names_any(details, others) else None)


def _style(document: _Document, fallback: BookStyle, names: Sequence[str], problems: list[str]) -> BookStyle:
    details, palette = document.style_details, document.palette
    problem = problem_with(details, most_characters=MOST_STYLE_DETAILS, is_for_prompts=True)
    style = f"{fallback.style}; {str(details).strip()}"
    if not problem and names_any(str(details), list(names)):
        problem = "a character's name"
    if not problem and len(style) > MOST_STYLE:
        problem = f"{len(style)} characters with the story's own, more than {MOST_STYLE}"
    if problem:
        problems.append(f"style: {problem}")
    colours = _colours(palette, problems) or fallback.palette
    if problem:
        return BookStyle(style=fallback.style, source="story", palette=colours)
    return BookStyle(style=style, source="chat", palette=colours)


def longest_style(fallback: BookStyle) -> BookStyle:
    """Return a style and colours with the maximum number of bytes of those that a chat model writes."""
    left = min(MOST_STYLE_DETAILS, MOST_STYLE - len(f"{fallback.style}; "))
    style = f"{fallback.style}; {_WIDEST * left}" if left > 0 else fallback.style
    return BookStyle(style=style, source="chat", palette=(_WIDEST * MOST_COLOUR_LENGTH,) * MOST_COLOURS)


def _colours(palette: JsonValue, problems: list[str]) -> tuple[str, ...]:
    """Return the colours, or none if any of them is invalid."""
    colours = palette if isinstance(palette, list) else []
    found = [problem_with(c, most_characters=MOST_COLOUR_LENGTH, is_for_prompts=True) for c in colours]
    first_problem = next((problem for problem in found if problem), None)
    if not first_problem and not LEAST_COLOURS <= len(colours) <= MOST_COLOURS:
        first_problem = f"{len(colours)} colours, not {LEAST_COLOURS} to {MOST_COLOURS}"
    if first_problem:
        problems.append(f"palette: {first_problem}")
        return ()
    return tuple(dict.fromkeys(str(colour).strip() for colour in colours))
