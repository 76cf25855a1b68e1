"""What is scored: a page and the sheets of its heroes, and whether the page really shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What a pair is: all kinds but MATCH are mismatches. Scene and places stay the same.

    OTHER_STYLE is another medium (a watercolour page, a comic sheet); OTHER_HAND is the same medium by another artist.
    """

    MATCH = "match"
    OTHER_CHARACTER = "other character"
    OTHER_COAT = "other coat"
    OTHER_STYLE = "other style"
    OTHER_HAND = "other hand"


@dataclass(frozen=True, slots=True)
class Pair:
    """One page with the sheets of all its heroes. Pairs of one `case` share scene and sheets."""

    source: str
    case: int
    kind: Kind
    light: str
    heroes: int
    picture: bytes = field(repr=False)
    sheets: tuple[bytes, ...] = field(repr=False)


class Source(Protocol):
    """Where pairs come from."""

    @property
    def name(self) -> str:
        """The name under which its pairs are reported."""

    def case(self, number: int) -> Sequence[Pair]:
        """Return a match and its mismatches; the same number always gives the same."""
