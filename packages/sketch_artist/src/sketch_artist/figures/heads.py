"""The heads of the animals, by species."""

from sketch_artist.appearance import Appearance
from sketch_artist.figures.heads_other import OTHER_HEADS
from sketch_artist.figures.heads_wild import WILD_HEADS
from sketch_artist.pen import Pen

HEADS = {**WILD_HEADS, **OTHER_HEADS}


def draw_animal_head(pen: Pen, appearance: Appearance) -> None:
    """Draw the head that belongs to the species, face included."""
    HEADS[appearance.kind.head](pen, appearance)
