"""The appearance of one character: every trait that a drawing needs, and nothing about its place in the picture."""

import random
from dataclasses import dataclass, fields, replace

from sketch_artist.colours import NAMED_COLOURS, Colour, lighter, mix, vary
from sketch_artist.species import HUMANS, Species, find_species

HAIR_STYLES = ("short", "bob", "long", "curly", "braids", "bun", "ponytail", "spiky")
OUTFITS = ("coat", "dress", "dungarees", "sweater", "cloak", "bare")
PATTERNS = ("plain", "dots", "stripes", "hearts", "checks", "pocket")
HEADWEAR = ("none", "beanie", "wide_hat", "pointed_hat", "bow", "crown", "flower", "cap")
SIZES = ("small", "medium", "tall", "tiny")

HUMAN_SKIN: tuple[Colour, ...] = ((250, 214, 184), (240, 192, 154), (206, 150, 110), (164, 110, 78), (122, 80, 58))
HUMAN_HAIR = ("brown", "auburn", "blond", "black", "ginger", "chestnut", "dark")
HUMAN_EYES: tuple[Colour, ...] = ((74, 54, 44), (60, 96, 130), (74, 112, 76), (108, 76, 44))
CLOTHES = ("red", "yellow", "teal", "blue", "green", "purple", "orange", "pink", "navy", "mustard", "coral", "mint")


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """The colours and the discrete traits of one character. `coat` is skin, fur, feathers or metal."""

    species: str
    size: str
    coat: Colour
    light: Colour
    hair: Colour
    eyes: Colour
    outfit: Colour
    trim: Colour
    accent: Colour
    hat: Colour
    boots: Colour
    pattern_colour: Colour
    hair_style: str
    outfit_kind: str
    pattern: str
    headwear: str
    scarf: bool
    glasses: bool
    bag: bool

    @property
    def kind(self) -> Species:
        """The species and how it is drawn."""
        return find_species(self.species)


COLOUR_TRAITS = tuple(field.name for field in fields(Appearance) if field.type == Colour)


def invent_appearance(species: str, rng: random.Random) -> Appearance:
    """Return an appearance in which `rng` chooses every trait but the species.

    Raises `KeyError` for a species that cannot be drawn.
    """
    kind = find_species(species)
    human = species in HUMANS
    coat = rng.choice(HUMAN_SKIN) if human else vary(rng.choice(kind.coats), rng, 14)
    outfit, trim, accent, hat, boots = (vary(NAMED_COLOURS[name], rng, 16) for name in rng.sample(CLOTHES, 5))
    appearance = Appearance(
        species=species,
        size=kind.size,
        coat=coat,
        light=lighter(coat, 0.25) if human else vary(kind.light, rng, 6),
        hair=vary(NAMED_COLOURS[rng.choice(HUMAN_HAIR)], rng, 12) if human else mix(coat, NAMED_COLOURS["dark"], 0.45),
        eyes=rng.choice(HUMAN_EYES),
        outfit=outfit,
        trim=trim,
        accent=accent,
        hat=hat,
        boots=mix(boots, NAMED_COLOURS["brown"], 0.4),
        pattern_colour=lighter(outfit, rng.choice((0.45, 0.6, 0.7))),
        hair_style=rng.choice(kind.hair_styles or HAIR_STYLES),
        outfit_kind=rng.choice(kind.outfits),
        pattern=rng.choice(PATTERNS),
        headwear="none",
        scarf=rng.random() < (0.25 if human else 0.5),
        glasses=False,
        bag=human and rng.random() < 0.3,
    )
    return (
        appearance if human else replace(appearance, headwear=rng.choice(("none", "none", "none", "flower", "beanie")))
    )
