"""Which sizes of picture a model draws: those of a list, or all that follow a rule. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from picturebook.models.story import Size
from picturebook.models.strict_model import StrictModel


class SizeRule(StrictModel):
    """A rule for accepted sizes; lengths in pixels, `most_ratio` of the longer to the shorter side."""

    multiple_of: int
    most_ratio: int
    longest: int
    least_pixels: int
    most_pixels: int

    def takes(self, size: str) -> bool:
        """Say whether the rule accepts the size `WIDTHxHEIGHT`."""
        width, height = dimensions(size)
        longer, shorter = max(width, height), min(width, height)
        return (
            width % self.multiple_of == height % self.multiple_of == 0
            and longer <= self.longest
            and longer <= shorter * self.most_ratio
            and self.least_pixels <= width * height <= self.most_pixels
        )

    def __str__(self) -> str:
        return (
            f"WIDTHxHEIGHT with both sides divisible by {self.multiple_of}, at most {self.longest} pixels long and "
            f"{self.most_ratio}:1, of {self.least_pixels} to {self.most_pixels} pixels in all"
        )


Sizes = SizeRule | tuple[Size, ...]


def takes_size(sizes: Sizes, size: str) -> bool:
    """Say whether `WIDTHxHEIGHT` is one of the sizes."""
    return sizes.takes(size) if isinstance(sizes, SizeRule) else size in sizes


def accepted_sizes(sizes: Sizes) -> str:
    """Return the accepted sizes as text."""
    return str(sizes) if isinstance(sizes, SizeRule) else in_words(sizes)


def in_words(values: Sequence[str]) -> str:
    """Return the accepted values as text for an error message."""
    return ", ".join(values) or "nothing: leave it out"


def dimensions(size: str) -> tuple[int, int]:
    """Return width and height in pixels of `WIDTHxHEIGHT`."""
    width, _, height = size.partition("x")
    return int(width), int(height)
