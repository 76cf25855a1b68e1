"""Places where people live: village, town, castle and garden. Every builder returns the colour of its near ground."""

from collections.abc import Callable

from sketch_artist.canvas import Canvas, height_at
from sketch_artist.colours import Colour, darker
from sketch_artist.scenery import buildings, plants
from sketch_artist.scenery.grounds import GRASS, draw_far_hills, draw_path, ground_of


def draw_village(canvas: Canvas, weather: str) -> Colour:
    """Houses on a hillside."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(canvas, weather)
    for depth, y, size, count in ((0.4, 0.6, 0.16, 5), (0.18, 0.7, 0.25, 3)):
        crest = canvas.ridge(canvas.height * y, 0.018, darker(ground, 0.1), depth=depth, bumps=3)
        for x in canvas.scattered(max(2, round(count * canvas.width))):
            place = canvas.pen.at(x, height_at(crest, x) + 0.015, size * canvas.rng.uniform(0.9, 1.15))
            if canvas.rng.random() < 0.72:
                buildings.draw_house(place, canvas.light, canvas.rng, depth=depth, snowy=weather == "snow")
            else:
                plants.draw_tree(place, canvas.light, canvas.rng, depth=depth, weather=weather)
    canvas.ridge(canvas.height * 0.77, 0.015, ground, depth=0.04, bumps=3)
    draw_path(canvas, ground)
    return ground


def draw_town(canvas: Canvas, weather: str) -> Colour:
    """A street of narrow houses in two rows."""
    paving: Colour = ground_of((206, 190, 178), weather)
    for depth, y, size in ((0.5, 0.68, 0.42), (0.16, 0.78, 0.56)):
        step = size * 0.41
        for index in range(round(canvas.width / step) + 2):
            place = canvas.pen.at(index * step - 0.05, canvas.height * y, size * canvas.rng.uniform(0.82, 1.12))
            buildings.draw_town_house(place, canvas.light, canvas.rng, depth=depth)
    canvas.ridge(canvas.height * 0.775, 0.004, paving, depth=0.03, bumps=3)
    stone = canvas.light.on(darker(paving, 0.1))
    for _ in range(round(34 * canvas.width)):
        x, y = canvas.rng.uniform(0, canvas.width), canvas.rng.uniform(canvas.height * 0.8, canvas.height)
        canvas.pen.ellipse(x, y, 0.022, 0.008, paint=stone)
    return paving


def draw_castle(canvas: Canvas, weather: str) -> Colour:
    """A castle on a hill."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(canvas, weather)
    x = canvas.width * canvas.rng.choice((0.3, 0.68))
    canvas.ridge(canvas.height * 0.62, 0.02, darker(ground, 0.1), depth=0.3, bumps=3)
    castle = canvas.pen.at(x, canvas.height * 0.66, 0.42)
    buildings.draw_castle(castle, canvas.light, canvas.rng, depth=0.22)
    crest = canvas.ridge(canvas.height * 0.68, 0.02, darker(ground, 0.05), depth=0.16, bumps=3)
    for tree_x in canvas.scattered(4):
        tree = canvas.pen.at(tree_x, height_at(crest, tree_x) + 0.02, canvas.rng.uniform(0.13, 0.19))
        plants.draw_tree(tree, canvas.light, canvas.rng, depth=0.14, weather=weather)
    canvas.ridge(canvas.height * 0.77, 0.015, ground, depth=0.03, bumps=3)
    draw_path(canvas, ground)
    return ground


def draw_garden(canvas: Canvas, weather: str) -> Colour:
    """Hedges, a fence and many flowers."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(canvas, weather)
    for x in canvas.scattered(round(5 * max(1, canvas.width))):
        tree = canvas.pen.at(x, canvas.height * 0.7, canvas.rng.uniform(0.24, 0.34))
        plants.draw_tree(tree, canvas.light, canvas.rng, depth=0.3, weather=weather)
    canvas.ridge(canvas.height * 0.7, 0.008, darker(ground, 0.08), depth=0.16, bumps=3)
    fence = canvas.light.on((250, 240, 222), 0.08)
    y = canvas.height * 0.735
    canvas.pen.box(0, y - 0.075, canvas.width, y - 0.06, darker(fence, 0.1))
    for index in range(round(canvas.width / 0.055) + 1):
        x = index * 0.055
        canvas.pen.polygon([(x, y), (x, y - 0.1), (x + 0.016, y - 0.12), (x + 0.032, y - 0.1), (x + 0.032, y)], fence)
    canvas.ridge(canvas.height * 0.765, 0.008, ground, depth=0.03, bumps=3)
    for _ in range(round(22 * canvas.width)):
        x = canvas.rng.uniform(0, canvas.width)
        plants.draw_flower(canvas.pen.at(x, y + canvas.rng.uniform(0.025, 0.075), 0.06), canvas.light, canvas.rng)
    return ground


SETTLEMENTS: dict[str, Callable[[Canvas, str], Colour]] = {
    "village": draw_village,
    "town": draw_town,
    "castle": draw_castle,
    "garden": draw_garden,
}
