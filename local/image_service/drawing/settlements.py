"""Places where people live: village, town, castle and garden. Every builder returns the colour of its near ground."""

from collections.abc import Callable

from local.image_service.drawing import buildings, plants
from local.image_service.drawing.colours import Colour, darker
from local.image_service.drawing.grounds import GRASS, draw_far_hills, draw_path, ground_of
from local.image_service.drawing.stage import Stage, height_at


def draw_village(stage: Stage, weather: str) -> Colour:
    """Houses on a hillside."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(stage, weather)
    for depth, y, size, count in ((0.4, 0.6, 0.16, 5), (0.18, 0.7, 0.25, 3)):
        crest = stage.ridge(stage.height * y, 0.018, darker(ground, 0.1), depth=depth, bumps=3)
        for x in stage.scattered(max(2, round(count * stage.width))):
            place = stage.pen.at(x, height_at(crest, x) + 0.015, size * stage.rng.uniform(0.9, 1.15))
            if stage.rng.random() < 0.72:
                buildings.draw_house(place, stage.light, stage.rng, depth=depth, snowy=weather == "snow")
            else:
                plants.draw_tree(place, stage.light, stage.rng, depth=depth, weather=weather)
    stage.ridge(stage.height * 0.77, 0.015, ground, depth=0.04, bumps=3)
    draw_path(stage, ground)
    return ground


def draw_town(stage: Stage, weather: str) -> Colour:
    """A street of narrow houses in two rows."""
    paving: Colour = ground_of((206, 190, 178), weather)
    for depth, y, size in ((0.5, 0.68, 0.42), (0.16, 0.78, 0.56)):
        step = size * 0.41
        for index in range(round(stage.width / step) + 2):
            place = stage.pen.at(index * step - 0.05, stage.height * y, size * stage.rng.uniform(0.82, 1.12))
            buildings.draw_town_house(place, stage.light, stage.rng, depth=depth)
    stage.ridge(stage.height * 0.775, 0.004, paving, depth=0.03, bumps=3)
    stone = stage.light.on(darker(paving, 0.1))
    for _ in range(round(34 * stage.width)):
        x, y = stage.rng.uniform(0, stage.width), stage.rng.uniform(stage.height * 0.8, stage.height)
        stage.pen.ellipse(x, y, 0.022, 0.008, paint=stone)
    return paving


def draw_castle(stage: Stage, weather: str) -> Colour:
    """A castle on a hill."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(stage, weather)
    x = stage.width * stage.rng.choice((0.3, 0.68))
    stage.ridge(stage.height * 0.62, 0.02, darker(ground, 0.1), depth=0.3, bumps=3)
    castle = stage.pen.at(x, stage.height * 0.66, 0.42)
    buildings.draw_castle(castle, stage.light, stage.rng, depth=0.22)
    crest = stage.ridge(stage.height * 0.68, 0.02, darker(ground, 0.05), depth=0.16, bumps=3)
    for tree_x in stage.scattered(4):
        tree = stage.pen.at(tree_x, height_at(crest, tree_x) + 0.02, stage.rng.uniform(0.13, 0.19))
        plants.draw_tree(tree, stage.light, stage.rng, depth=0.14, weather=weather)
    stage.ridge(stage.height * 0.77, 0.015, ground, depth=0.03, bumps=3)
    draw_path(stage, ground)
    return ground


def draw_garden(stage: Stage, weather: str) -> Colour:
    """Hedges, a fence and many flowers."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(stage, weather)
    for x in stage.scattered(round(5 * max(1, stage.width))):
        tree = stage.pen.at(x, stage.height * 0.7, stage.rng.uniform(0.24, 0.34))
        plants.draw_tree(tree, stage.light, stage.rng, depth=0.3, weather=weather)
    stage.ridge(stage.height * 0.7, 0.008, darker(ground, 0.08), depth=0.16, bumps=3)
    fence = stage.light.on((250, 240, 222), 0.08)
    y = stage.height * 0.735
    stage.pen.box(0, y - 0.075, stage.width, y - 0.06, darker(fence, 0.1))
    for index in range(round(stage.width / 0.055) + 1):
        x = index * 0.055
        stage.pen.polygon([(x, y), (x, y - 0.1), (x + 0.016, y - 0.12), (x + 0.032, y - 0.1), (x + 0.032, y)], fence)
    stage.ridge(stage.height * 0.765, 0.008, ground, depth=0.03, bumps=3)
    for _ in range(round(22 * stage.width)):
        x = stage.rng.uniform(0, stage.width)
        plants.draw_flower(stage.pen.at(x, y + stage.rng.uniform(0.025, 0.075), 0.06), stage.light, stage.rng)
    return ground


SETTLEMENTS: dict[str, Callable[[Stage, str], Colour]] = {
    "village": draw_village,
    "town": draw_town,
    "castle": draw_castle,
    "garden": draw_garden,
}
