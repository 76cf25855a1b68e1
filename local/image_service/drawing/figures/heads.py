"""The heads of the animals, by species."""

from local.image_service.drawing.figures.heads_other import OTHER_HEADS
from local.image_service.drawing.figures.heads_wild import WILD_HEADS
from local.image_service.drawing.look import Look
from local.image_service.drawing.pen import Pen

HEADS = {**WILD_HEADS, **OTHER_HEADS}


def draw_animal_head(pen: Pen, look: Look) -> None:
    """Draw the head that belongs to the look's species, face included."""
    HEADS[look.kind.head](pen, look)
