"""The colour strip on a character sheet: encodes the character's appearance in visible pixels, and decodes it.

The strip is a card with a row of chips (the character's colours) and a row of beads (its other traits). A bead is one
digit in base 8: it has one of eight well-separated colours. The first bead is an anchor by which a strip is recognised,
the last a checksum. Chips and beads are found by their position as a share of width and height, so the strip survives
scaling and lossy formats. Nothing is stored in metadata.
"""

from PIL import Image

from sketch_artist.appearance import (
    COLOUR_TRAITS,
    HAIR_STYLES,
    HEADWEAR,
    OUTFITS,
    PATTERNS,
    SIZES,
    Appearance,
)
from sketch_artist.colours import Colour, distance
from sketch_artist.pen import Pen
from sketch_artist.species import ALL_SPECIES

CARD: Colour = (255, 252, 244)
CARD_EDGE: Colour = (226, 214, 196)
PAINTS: tuple[Colour, ...] = (
    *((214, 66, 62), (240, 160, 60), (248, 220, 100), (92, 168, 92)),
    *((70, 170, 190), (66, 92, 170), (150, 90, 170), (120, 84, 64)),
)
ANCHOR: Colour = (52, 46, 60)
BEADS = 10
CHIPS = len(COLOUR_TRAITS)
LEFT, RIGHT = 0.14, 0.86
TOP, BOTTOM = 0.885, 0.985
CHIP_Y, BEAD_Y = 0.918, 0.961
TOLERANCE = 48.0  # half the distance between the two closest of `PAINTS`


def draw_strip(picture: Image.Image, appearance: Appearance) -> None:
    """Draw the strip that encodes the appearance onto the lower edge of a finished picture."""
    width, height = picture.size
    pen = Pen(picture)
    margin = 0.05 * (RIGHT - LEFT) * width
    card = (LEFT * width - margin, TOP * height, RIGHT * width + margin, BOTTOM * height)
    radius = 0.02 * min(width, height)
    pen.box(card[0], card[1] + radius / 5, card[2], card[3] + radius / 5, CARD_EDGE, radius=radius)
    pen.box(*card, CARD, radius=radius)
    for index, name in enumerate(COLOUR_TRAITS):
        _draw_chip(pen, _centre(index, CHIPS, CHIP_Y, picture.size), picture.size, getattr(appearance, name))
    for index, paint in enumerate(_bead_colours(appearance)):
        x, y = _centre(index, BEADS, BEAD_Y, picture.size)
        pen.ellipse(x, y, min(0.014 * width, 0.014 * height), paint=paint)


def read_strip(picture: Image.Image) -> Appearance | None:
    """Return the appearance that the picture's strip encodes, or None for a picture without a readable strip."""
    plain = picture.convert("RGB")
    beads = [_sample(plain, _centre(index, BEADS, BEAD_Y, plain.size), 0.004) for index in range(BEADS)]
    if distance(beads[0], ANCHOR) > TOLERANCE:
        return None
    digits = [_digit(bead) for bead in beads[1:]]
    values = [digit for digit in digits if digit is not None]
    if len(values) < len(digits) or values[-1] != sum(values[:-1]) % len(PAINTS):
        return None
    chips = [_sample(plain, _centre(index, CHIPS, CHIP_Y, plain.size), 0.012) for index in range(CHIPS)]
    return _appearance_of(values, dict(zip(COLOUR_TRAITS, chips, strict=True)))


def _centre(index: int, count: int, y: float, size: tuple[int, int]) -> tuple[float, float]:
    share = LEFT + (RIGHT - LEFT) * index / (count - 1)
    return share * size[0], y * size[1]


def _draw_chip(pen: Pen, centre: tuple[float, float], size: tuple[int, int], colour: Colour) -> None:
    x, y = centre
    half_width, half_height = 0.032 * size[0], 0.017 * size[1]
    radius = 0.4 * min(half_width, half_height)
    edge = 0.12 * half_height
    pen.box(
        x - half_width - edge,
        y - half_height - edge,
        x + half_width + edge,
        y + half_height + edge,
        CARD_EDGE,
        radius=radius,
    )
    pen.box(x - half_width, y - half_height, x + half_width, y + half_height, colour, radius=radius)


def _traits(appearance: Appearance) -> list[int]:
    species = next(index for index, kind in enumerate(ALL_SPECIES) if kind.name == appearance.species)
    flags = appearance.scarf + 2 * appearance.glasses + 4 * appearance.bag
    return [
        *divmod(species, len(PAINTS)),
        SIZES.index(appearance.size),
        HAIR_STYLES.index(appearance.hair_style),
        OUTFITS.index(appearance.outfit_kind),
        PATTERNS.index(appearance.pattern),
        HEADWEAR.index(appearance.headwear),
        flags,
    ]


def _bead_colours(appearance: Appearance) -> list[Colour]:
    digits = _traits(appearance)
    return [ANCHOR, *(PAINTS[digit] for digit in [*digits, sum(digits) % len(PAINTS)])]


def _sample(picture: Image.Image, centre: tuple[float, float], reach: float) -> Colour:
    half = max(0.5, reach * min(picture.size))
    x, y = centre
    box = (max(0.0, x - half), max(0.0, y - half), min(picture.width, x + half), min(picture.height, y + half))
    pixel = picture.resize((1, 1), Image.Resampling.BOX, box=box).getpixel((0, 0))
    assert isinstance(pixel, tuple)  # noqa: S101 - the type checker cannot know that the mode is RGB
    return (int(pixel[0]), int(pixel[1]), int(pixel[2]))


def _digit(bead: Colour) -> int | None:
    nearest = min(range(len(PAINTS)), key=lambda index: distance(PAINTS[index], bead))
    return nearest if distance(PAINTS[nearest], bead) <= TOLERANCE else None


def _appearance_of(values: list[int], colours: dict[str, Colour]) -> Appearance | None:
    high, low, size, hair, outfit, pattern, headwear, flags, _ = values
    species = high * len(PAINTS) + low
    limits = ((species, ALL_SPECIES), (size, SIZES), (outfit, OUTFITS), (pattern, PATTERNS))
    if any(value >= len(choices) for value, choices in limits):
        return None
    return Appearance(
        species=ALL_SPECIES[species].name,
        size=SIZES[size],
        hair_style=HAIR_STYLES[hair],
        outfit_kind=OUTFITS[outfit],
        pattern=PATTERNS[pattern],
        headwear=HEADWEAR[headwear],
        scarf=bool(flags & 1),
        glasses=bool(flags & 2),
        bag=bool(flags & 4),
        **colours,
    )
