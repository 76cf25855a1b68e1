"""How many tokens a picture will have, for estimates and budgets. Pure.

Providers publish this in one of two ways: a table by size and quality, or a rule. Plans of older versions have a third
form: tokens by quality of a 1024x1024 picture, which grow with the area.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from picturebook.catalogue.sizes import dimensions
from picturebook.models.strict_model import StrictModel

_SQUARE_PIXELS = 1024 * 1024


class TokensBySize(StrictModel):
    """A table: tokens by size, then by quality."""

    by_size: Mapping[str, Mapping[str, int]]

    def count(self, size: str, quality: str) -> int:
        """Return the tokens of one picture."""
        return self.by_size[size][quality]


class TokensByPatches(StrictModel):
    """A rule: the quality sets the number of patches along the longer side; larger pictures have more tokens per patch.

    `patches * (base_pixels + pixels) / pixels_per_token`, rounded up.
    """

    patches_on_longer_side: Mapping[str, int]
    base_pixels: int
    pixels_per_token: int

    def count(self, size: str, quality: str) -> int:
        """Return the tokens of one picture."""
        width, height = dimensions(size)
        longer = self.patches_on_longer_side[quality]
        share = Decimal(min(width, height)) / max(width, height)
        patches = longer * int((longer * share).quantize(Decimal(1), ROUND_HALF_UP))
        tokens = Decimal(patches * (self.base_pixels + width * height)) / self.pixels_per_token
        return int(tokens.to_integral_value(ROUND_CEILING))


OutputTokens = TokensBySize | TokensByPatches | Mapping[str, int]


def count_output_tokens(tokens: OutputTokens, size: str, quality: str) -> int:
    """Return the maximum number of tokens of a picture of this size and quality."""
    if isinstance(tokens, TokensBySize | TokensByPatches):
        return tokens.count(size, quality)
    width, height = dimensions(size)
    share = Decimal(max(width * height, _SQUARE_PIXELS)) / _SQUARE_PIXELS
    return int(tokens[quality] * share) + 1


def qualities_of(tokens: OutputTokens) -> tuple[str, ...]:
    """Return the qualities whose tokens are known for every size, in their order."""
    if isinstance(tokens, TokensBySize):
        first, *others = tokens.by_size.values()
        return tuple(quality for quality in first if all(quality in other for other in others))
    return tuple(tokens.patches_on_longer_side if isinstance(tokens, TokensByPatches) else tokens)
