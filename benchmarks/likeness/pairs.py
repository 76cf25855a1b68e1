"""What is judged: a page and the sheets of its heroes, and whether the page is really theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What is true of a pair; everything but MATCH is a mismatch, and words and scene stay the same."""

    MATCH = "match"
    OTHER_CHARACTER = "other character"
    OTHER_COAT = "other coat"
    OTHER_STYLE = "other style"


@dataclass(frozen=True, slots=True)
class Pair:
    """One page with the sheets of all its heroes. Pairs of one `case` share scene and sheets, and are kept together."""

    source: str
    case: int
    kind: Kind
    light: str
    heroes: int
    picture: bytes = field(repr=False)
    sheets: tuple[bytes, ...] = field(repr=False)
