"""Trees, bushes, grass and flowers. Each is drawn around (0, 0) on the ground, one unit tall."""

import random

from sketch_artist.colours import Colour, darker, lighter, mix, vary
from sketch_artist.light import Light
from sketch_artist.pen import Pen, Point

BARK: Colour = (122, 88, 66)
GREENS: tuple[Colour, ...] = ((92, 150, 92), (116, 168, 90), (70, 134, 96), (142, 178, 92))
AUTUMN: tuple[Colour, ...] = ((224, 136, 62), (236, 174, 76), (198, 92, 62), (212, 152, 70))
PETALS: tuple[Colour, ...] = ((240, 122, 128), (250, 208, 96), (255, 250, 240), (168, 132, 206), (246, 160, 110))
SNOW: Colour = (244, 248, 252)


def draw_tree(pen: Pen, light: Light, rng: random.Random, *, depth: float, weather: str) -> None:
    """Draw a tree of the season: fir in snow, gold in autumn, else round or fir at random."""
    if weather == "snow" or rng.random() < 0.4:
        draw_fir(pen, light, rng, depth=depth, snowy=weather == "snow")
        return
    leaves = vary(rng.choice(AUTUMN if weather == "autumn" else GREENS), rng, 12)
    draw_round_tree(pen, light, rng, leaves=leaves, depth=depth)


def draw_fir(pen: Pen, light: Light, rng: random.Random, *, depth: float, snowy: bool) -> None:
    """Draw a fir of four tiers."""
    green = vary((64, 116, 96), rng, 14)
    pen.box(-0.035, -0.16, 0.035, 0.02, light.on(BARK, depth))
    for tier in range(4):
        width, top, bottom = 0.3 - 0.055 * tier, -0.42 - 0.19 * tier, -0.12 - 0.19 * tier
        paint = light.on(lighter(green, 0.07 * tier), depth)
        tip: list[Point] = [
            (0, top),
            (width * 0.55, bottom - 0.1),
            (width, bottom),
            (0, bottom + 0.035),
            (-width, bottom),
            (-width * 0.55, bottom - 0.1),
        ]
        pen.shape(tip, paint)
        pen.polygon([(0, top + 0.01), (width * 0.8, bottom - 0.02), (0, bottom + 0.03)], darker(paint, 0.1))
        if snowy:
            cap: list[Point] = [
                (0, top),
                (width * 0.45, bottom - 0.14),
                (width * 0.2, bottom - 0.12),
                (0, bottom - 0.15),
                (-width * 0.25, bottom - 0.11),
                (-width * 0.45, bottom - 0.14),
            ]
            pen.shape(cap, light.on(SNOW, depth))


def draw_round_tree(pen: Pen, light: Light, rng: random.Random, *, leaves: Colour, depth: float) -> None:
    """Draw a broad tree with a crown of three tones."""
    bark = light.on(vary(BARK, rng, 10), depth)
    pen.polygon([(-0.05, 0.02), (-0.032, -0.4), (0.032, -0.4), (0.055, 0.02)], bark)
    pen.stroke([(0, -0.3), (0.09, -0.45)], 0.026, bark, curved=False)
    deep, plain, pale = (light.on(tone, depth) for tone in (darker(leaves, 0.2), leaves, lighter(leaves, 0.24)))
    lean = rng.uniform(-0.03, 0.03)
    for dx, dy, radius in ((-0.17, -0.5, 0.17), (0.17, -0.5, 0.17), (0, -0.52, 0.2), (0, -0.74, 0.2)):
        pen.ellipse(dx + lean, dy, radius, paint=deep)
    for dx, dy, radius in ((-0.15, -0.56, 0.15), (0.14, -0.57, 0.15), (0, -0.62, 0.19), (0.0, -0.78, 0.165)):
        pen.ellipse(dx + lean, dy, radius, paint=plain)
    for dx, dy, radius in ((-0.14, -0.63, 0.07), (-0.03, -0.83, 0.085), (0.1, -0.66, 0.06)):
        pen.ellipse(dx + lean, dy, radius, paint=pale)


def draw_trunk(pen: Pen, light: Light, rng: random.Random, *, depth: float) -> None:
    """Draw a tall trunk that leaves the picture at the top (height 1 reaches well beyond it)."""
    bark = light.on(vary((110, 82, 72), rng, 12), depth)
    pen.shape([(-0.05, -1.2), (0.05, -1.2), (0.045, -0.3), (0.1, 0.03), (0, 0.0), (-0.1, 0.03), (-0.045, -0.3)], bark)
    for _ in range(5):
        x, y = rng.uniform(-0.03, 0.02), rng.uniform(-0.95, -0.15)
        pen.stroke([(x, y), (x + 0.006, y + 0.07)], 0.009, darker(bark, 0.16), curved=False)


def draw_grass(pen: Pen, light: Light, rng: random.Random, colour: Colour) -> None:
    """Draw a tuft of blades."""
    for _ in range(rng.randint(4, 6)):
        lean = rng.uniform(-0.55, 0.55)
        x = rng.uniform(-0.25, 0.25)
        tip = (x + lean, -rng.uniform(0.6, 1.0))
        paint = light.on(mix(colour, (255, 255, 200), rng.uniform(0, 0.22)))
        pen.polygon(
            [(x - 0.07, 0.05), (x + lean * 0.35 - 0.05, -0.45), tip, (x + lean * 0.4 + 0.05, -0.42), (x + 0.07, 0.05)],
            paint,
        )


def draw_flower(pen: Pen, light: Light, rng: random.Random) -> None:
    """Draw one flower on its stem."""
    petal = light.on(rng.choice(PETALS))
    lean = rng.uniform(-0.15, 0.15)
    pen.stroke([(0, 0), (lean * 0.4, -0.4), (lean, -0.75)], 0.06, light.on((84, 140, 82)))
    pen.ellipse(0.14, -0.25, 0.16, 0.07, paint=light.on((96, 154, 88)), turn=-30)
    for dx, dy in ((0, -0.17), (0.16, -0.05), (0.1, 0.14), (-0.1, 0.14), (-0.16, -0.05)):
        pen.ellipse(lean + dx, -0.78 + dy, 0.13, paint=petal)
    pen.ellipse(lean, -0.78, 0.1, paint=light.on((250, 204, 88)))


def draw_fern(pen: Pen, light: Light, rng: random.Random, colour: Colour) -> None:
    """Draw a fan of fern fronds."""
    for angle in (-62, -34, -8, 20, 48, 70):
        frond = pen.at(0, 0, rng.uniform(0.75, 1.05), turn=angle)
        paint = light.on(vary(colour, rng, 10))
        frond.stroke([(0, 0), (0.03, -0.5), (0.12, -0.95)], 0.035, paint)
        for step in range(1, 8):
            y, size = -0.12 * step, 0.17 - 0.016 * step
            frond.ellipse(0.03 + 0.01 * step - size * 0.7, y, size, 0.045, paint=paint, turn=28)
            frond.ellipse(0.03 + 0.01 * step + size * 0.7, y, size, 0.045, paint=paint, turn=-28)


def draw_mushroom(pen: Pen, light: Light) -> None:
    """Draw a toadstool."""
    pen.shape([(-0.13, 0), (-0.1, -0.5), (0.1, -0.5), (0.13, 0)], light.on((248, 236, 214)))
    pen.shape(
        [(-0.45, -0.45), (-0.3, -0.82), (0, -0.95), (0.3, -0.82), (0.45, -0.45), (0, -0.4)], light.on((214, 74, 64))
    )
    for x, y, radius in ((-0.2, -0.6, 0.075), (0.04, -0.78, 0.08), (0.24, -0.58, 0.065), (0.0, -0.52, 0.05)):
        pen.ellipse(x, y, radius, paint=light.on((255, 246, 236)))
