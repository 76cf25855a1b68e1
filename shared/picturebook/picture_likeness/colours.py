"""Perceptual distances of colours, and the possible lights of a scene."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

Colour = tuple[int, int, int]
Lab = tuple[float, float, float]

# In a distance, lightness counts less than hue, because a scene's light changes it most.
_LIGHTNESS_COUNTS = 0.6
# In a given light nothing is brighter than white in it. A light is excluded if this share of the page is brighter …
_BRIGHT_SHARE = 0.04
# … by more than this, over all channels.
_BRIGHTER = 40
# Linear light of each sRGB level: IEC 61966-2-1.
_LINEAR = [level / 255 / 12.92 if level <= 10 else ((level / 255 + 0.055) / 1.055) ** 2.4 for level in range(256)]


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour of a figure, its share of the figure, and its weight among the figure's paints; both 0 to 1."""

    colour: Colour
    share: float
    weight: float


@dataclass(frozen=True, slots=True)
class Light:
    """The factor of each channel, of 255, and the share of white haze."""

    tint: Colour
    haze: float = 0.0

    def on(self, colour: Colour) -> Colour:
        """Return the colour in this light."""
        red, green, blue = (
            round(level * tint / 255 * (1 - self.haze) + 228 * self.haze)
            for level, tint in zip(colour, self.tint, strict=True)
        )
        return red, green, blue


_PLAIN = Light((255, 255, 255))
_LIGHTS = (
    Light((255, 225, 190)),
    Light((190, 190, 190)),
    Light((150, 160, 215)),
    Light((110, 122, 190)),
    Light((255, 255, 255), haze=0.3),
)


def lights_of(colours: Sequence[Colour], shares: Sequence[float]) -> list[Light]:
    """Return the possible lights of a page with these colours: the plain one, and those it is not too bright for."""
    bright = tuple(_bright_level(colours, shares, channel) for channel in range(3))
    return [_PLAIN, *(light for light in _LIGHTS if _excess(bright, light) <= _BRIGHTER)]


def _excess(bright: Sequence[int], light: Light) -> int:
    return sum(max(0, level - most) for level, most in zip(bright, light.on((255, 255, 255)), strict=True))


def _bright_level(colours: Sequence[Colour], shares: Sequence[float], channel: int) -> int:
    """Return the level of a channel that the brightest 4 % of the page reach."""
    levels = sorted(zip((colour[channel] for colour in colours), shares, strict=True), reverse=True)
    reached = itertools.accumulate(share for _, share in levels)
    return next(level for (level, _), share in zip(levels, reached, strict=True) if share >= _BRIGHT_SHARE)


def apart(one: Lab, other: Lab) -> float:
    """Return the distance of two colours, with a lower weight for lightness."""
    return math.hypot(_LIGHTNESS_COUNTS * (one[0] - other[0]), one[1] - other[1], one[2] - other[2])


@lru_cache(maxsize=4096)
def lab_of(colour: Colour) -> Lab:
    """Return the CIE L*a*b* of an sRGB colour under D65 (IEC 61966-2-1, CIE 15)."""
    red, green, blue = (_LINEAR[level] for level in colour)
    x = _compressed((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
    y = _compressed(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = _compressed((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _compressed(share: float) -> float:
    return math.cbrt(share) if share > 0.008856 else 7.787 * share + 16 / 116
