"""Arithmetic on RGB colours (0-255 per channel), and the words that prompts use for them."""

import random
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]

INK: Colour = (58, 50, 66)

NAMED_COLOURS: dict[str, Colour] = {
    "red": (208, 66, 60),
    "scarlet": (214, 54, 48),
    "crimson": (176, 42, 62),
    "ruby": (180, 38, 70),
    "orange": (236, 136, 52),
    "rust": (186, 90, 48),
    "copper": (190, 112, 72),
    "ginger": (214, 120, 58),
    "yellow": (246, 200, 66),
    "golden": (238, 190, 80),
    "gold": (226, 176, 66),
    "mustard": (214, 164, 50),
    "green": (88, 150, 86),
    "olive": (128, 134, 70),
    "mint": (154, 212, 180),
    "emerald": (44, 140, 98),
    "teal": (54, 142, 144),
    "turquoise": (82, 188, 190),
    "blue": (74, 124, 190),
    "navy": (52, 70, 120),
    "indigo": (78, 76, 150),
    "purple": (130, 88, 162),
    "violet": (146, 102, 178),
    "lilac": (186, 160, 212),
    "pink": (236, 148, 166),
    "rose": (222, 118, 138),
    "brown": (134, 92, 64),
    "chestnut": (142, 84, 54),
    "auburn": (150, 74, 46),
    "tan": (204, 166, 124),
    "beige": (224, 204, 172),
    "cream": (246, 232, 204),
    "brass": (204, 162, 82),
    "bronze": (170, 120, 68),
    "silver": (184, 192, 202),
    "grey": (142, 144, 152),
    "gray": (142, 144, 152),
    "black": (64, 58, 70),
    "dark": (74, 58, 56),
    "white": (246, 244, 240),
    "blond": (236, 202, 128),
    "blonde": (236, 202, 128),
    "amber": (226, 158, 58),
    "peach": (246, 190, 156),
    "lavender": (190, 172, 222),
    "maroon": (128, 48, 60),
    "coral": (238, 126, 108),
    "sandy": (222, 190, 142),
}
# The words (lower case) that change a drawing's colours when they stand before the name of a thing.
COLOUR_WORDS = frozenset(NAMED_COLOURS)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` mixed with `share` (0-1) of `other`."""
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def lighter(colour: Colour, share: float) -> Colour:
    """Return the colour mixed with `share` (0-1) of warm white."""
    return mix(colour, (255, 250, 238), share)


def darker(colour: Colour, share: float) -> Colour:
    """Return the colour mixed with `share` (0-1) of deep violet, so that shadows are not grey."""
    return mix(colour, (44, 30, 62), share)


def multiply(colour: Colour, light: Colour) -> Colour:
    """Return the colour as it appears under a coloured light."""
    return (colour[0] * light[0] // 255, colour[1] * light[1] // 255, colour[2] * light[2] // 255)


def distance(one: Colour, other: Colour) -> float:
    """Return how far apart two colours are (0-441)."""
    return float(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5)


def brightness(colour: Colour) -> float:
    """Return the perceived brightness (0-255)."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def vary(colour: Colour, rng: random.Random, amount: int) -> Colour:
    """Return a shade near the colour: up to `amount` away in brightness, half of that in each channel."""
    shift = rng.randint(-amount, amount)
    channels = [min(255, max(0, part + shift + rng.randint(-amount // 2, amount // 2))) for part in colour]
    return (channels[0], channels[1], channels[2])
