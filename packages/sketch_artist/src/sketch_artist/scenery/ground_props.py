"""Things that stand on the ground beside the figures. Each is drawn at (x, y), in units of the canvas."""

from collections.abc import Callable

from sketch_artist.canvas import Canvas
from sketch_artist.colours import INK, Colour, darker, lighter
from sketch_artist.scenery import buildings, plants

FRUITS: tuple[Colour, ...] = ((232, 110, 104), (244, 168, 96), (250, 216, 120), (134, 190, 124))


def _lantern(canvas: Canvas, x: float, y: float) -> None:
    canvas.glow(x, y - 0.26, 0.24, (255, 222, 140), 0.85)
    pen = canvas.pen.at(x, y, 0.34)
    pen.stroke([(0, 0), (0, -0.68)], 0.035, canvas.light.on((92, 80, 84)), curved=False)
    pen.box(-0.1, -0.9, 0.1, -0.66, (255, 224, 132), radius=0.03)
    pen.ellipse(0, -0.77, 0.045, 0.07, paint=(255, 250, 220))
    pen.polygon([(-0.14, -0.88), (0, -1.0), (0.14, -0.88)], canvas.light.on((92, 80, 84)))
    pen.box(-0.12, -0.68, 0.12, -0.64, canvas.light.on((92, 80, 84)), radius=0.01)


def _fire(canvas: Canvas, x: float, y: float) -> None:
    canvas.glow(x, y - 0.06, 0.32, (255, 186, 96), 0.8)
    pen = canvas.pen.at(x, y, 0.16)
    for turn in (-18, 18):
        pen.at(0, 0.02, turn=turn).box(-0.5, -0.08, 0.5, 0.06, canvas.light.on((130, 88, 62)), radius=0.06)
    for width, height, paint in (
        (0.36, 1.0, (240, 120, 60)),
        (0.25, 0.72, (252, 180, 76)),
        (0.13, 0.44, (255, 240, 170)),
    ):
        pen.shape(
            [
                (-width, -0.12),
                (-width * 0.7, -height * 0.5),
                (0.04, -height),
                (width * 0.75, -height * 0.48),
                (width, -0.12),
                (0, 0),
            ],
            paint,
        )


def _mushrooms(canvas: Canvas, x: float, y: float) -> None:
    for dx, size in ((0, 0.11), (0.07, 0.07), (-0.065, 0.06)):
        plants.draw_mushroom(canvas.pen.at(x + dx, y + 0.02, size), canvas.light)


def _flowers(canvas: Canvas, x: float, y: float) -> None:
    for index in range(7):
        flower = canvas.pen.at(
            x + (index - 3) * 0.035, y + canvas.rng.uniform(-0.01, 0.06), canvas.rng.uniform(0.07, 0.1)
        )
        plants.draw_flower(flower, canvas.light, canvas.rng)


def _chest(canvas: Canvas, x: float, y: float) -> None:
    pen, wood = canvas.pen.at(x, y, 0.16), canvas.light.on_figure((166, 110, 72))
    pen.box(-0.5, -0.42, 0.5, 0.05, wood, radius=0.05)
    pen.shape([(-0.5, -0.42), (-0.42, -0.72), (0, -0.82), (0.42, -0.72), (0.5, -0.42)], lighter(wood, 0.12))
    gold = canvas.light.on_figure((244, 198, 92))
    for left in (-0.38, 0.26):
        pen.box(left, -0.74, left + 0.12, 0.05, gold)
    pen.box(-0.09, -0.5, 0.09, -0.3, gold, radius=0.03)


def _cake(canvas: Canvas, x: float, y: float) -> None:
    pen = canvas.pen.at(x, y, 0.17)
    pen.box(-0.5, -0.12, 0.5, -0.06, canvas.light.on_figure((240, 236, 230)), radius=0.03)
    pen.box(-0.4, -0.48, 0.4, -0.1, canvas.light.on_figure((232, 178, 120)), radius=0.05)
    pen.shape(
        [
            (-0.42, -0.44),
            (-0.3, -0.54),
            (0.3, -0.54),
            (0.42, -0.44),
            (0.3, -0.32),
            (0.1, -0.4),
            (-0.1, -0.3),
            (-0.3, -0.38),
        ],
        canvas.light.on_figure((250, 220, 226)),
    )
    for side in (-0.2, 0, 0.2):
        pen.box(side - 0.02, -0.72, side + 0.02, -0.5, (236, 130, 130))
        pen.ellipse(side, -0.77, 0.03, 0.05, paint=(255, 214, 110))


def _signpost(canvas: Canvas, x: float, y: float) -> None:
    pen, wood = canvas.pen.at(x, y, 0.3), canvas.light.on((150, 108, 78))
    pen.box(-0.03, -0.95, 0.03, 0.03, darker(wood, 0.15))
    pen.polygon([(-0.05, -0.9), (0.26, -0.9), (0.36, -0.82), (0.26, -0.74), (-0.05, -0.74)], wood)
    pen.polygon([(0.05, -0.66), (-0.26, -0.66), (-0.36, -0.58), (-0.26, -0.5), (0.05, -0.5)], lighter(wood, 0.12))


def _snowman(canvas: Canvas, x: float, y: float) -> None:
    pen, snow = canvas.pen.at(x, y, 0.26), canvas.light.on_figure((250, 252, 255))
    for height, radius in ((-0.22, 0.26), (-0.58, 0.2), (-0.86, 0.145)):
        pen.ellipse(0.01, height + 0.012, radius, paint=darker(snow, 0.12))
        pen.ellipse(0, height, radius * 0.97, paint=snow)
    for side in (-0.045, 0.045):
        pen.ellipse(side, -0.9, 0.018, paint=INK)
    pen.polygon([(0, -0.87), (0.14, -0.84), (0, -0.83)], (240, 140, 66))
    pen.box(-0.13, -0.76, 0.13, -0.7, (206, 78, 72), radius=0.03)


def _basket(canvas: Canvas, x: float, y: float) -> None:
    pen, wicker = canvas.pen.at(x, y, 0.15), canvas.light.on_figure((196, 148, 92))
    pen.arc((0, -0.42), (0.36, 0.45), (180, 360), 0.06, darker(wicker, 0.15))
    for dx, paint in ((-0.2, (216, 80, 70)), (0.05, (236, 176, 84)), (0.24, (216, 80, 70))):
        pen.ellipse(dx, -0.48, 0.15, paint=canvas.light.on_figure(paint))
    pen.shape([(-0.48, -0.44), (0, -0.4), (0.48, -0.44), (0.36, 0.02), (-0.36, 0.02)], wicker)
    for row in (-0.3, -0.16):
        pen.stroke([(-0.42, row), (0, row + 0.04), (0.42, row)], 0.03, darker(wicker, 0.18))


def _door(canvas: Canvas, x: float, y: float) -> None:
    pen = canvas.pen.at(x, y, 0.4)
    pen.box(-0.26, -0.92, 0.26, 0.0, canvas.light.on((206, 188, 172)), radius=0.2)
    pen.box(-0.26, -0.6, 0.26, 0.0, canvas.light.on((206, 188, 172)))
    paint = canvas.light.on_figure((92, 140, 132))
    pen.box(-0.19, -0.85, 0.19, 0.0, paint, radius=0.17)
    pen.box(-0.19, -0.55, 0.19, 0.0, paint)
    pen.stroke([(0, -0.82), (0, 0)], 0.012, darker(paint, 0.25), curved=False)
    pen.ellipse(0.08, -0.36, 0.026, paint=(250, 214, 120))


def _key(canvas: Canvas, x: float, y: float) -> None:
    canvas.glow(x, y - 0.08, 0.14, (255, 236, 170), 0.6)
    pen, gold = canvas.pen.at(x, y - 0.02, 0.13, turn=24), (240, 192, 84)
    pen.arc((0, -0.78), (0.19, 0.19), (0, 360), 0.09, gold)
    pen.box(-0.045, -0.6, 0.045, 0.1, gold, radius=0.03)
    pen.box(0.03, -0.12, 0.2, -0.04, gold)
    pen.box(0.03, 0.02, 0.16, 0.09, gold)


def _clock(canvas: Canvas, x: float, y: float) -> None:
    pen, wood = canvas.pen.at(x, y, 0.42), canvas.light.on_figure((146, 98, 72))
    pen.box(-0.14, -0.95, 0.14, 0, wood, radius=0.03)
    pen.polygon([(-0.18, -0.93), (0, -1.06), (0.18, -0.93)], darker(wood, 0.15))
    pen.ellipse(0, -0.75, 0.11, paint=(252, 244, 222))
    pen.stroke([(0, -0.75), (0, -0.83)], 0.016, INK, curved=False)
    pen.stroke([(0, -0.75), (0.05, -0.73)], 0.016, INK, curved=False)
    pen.box(-0.07, -0.55, 0.07, -0.12, darker(wood, 0.3), radius=0.02)
    pen.ellipse(0, -0.25, 0.045, paint=(244, 198, 92))


def _stall(canvas: Canvas, x: float, y: float) -> None:
    pen, wood = canvas.pen.at(x, y, 0.42), canvas.light.on_figure((176, 128, 88))
    for side in (-0.42, 0.38):
        pen.box(side, -0.8, side + 0.04, 0, darker(wood, 0.15))
    pen.box(-0.46, -0.36, 0.46, 0, wood)
    for index in range(7):
        paint = canvas.light.on_figure((222, 96, 86) if index % 2 else (252, 242, 222))
        left = -0.5 + index / 7
        pen.shape(
            [(left, -0.8), (left + 1 / 7, -0.8), (left + 1 / 7, -0.62), (left + 1 / 14, -0.56), (left, -0.62)], paint
        )
    for index in range(6):
        pen.ellipse(-0.36 + index * 0.145, -0.4, 0.062, paint=canvas.light.on_figure(FRUITS[index % 4]))


def _apples(canvas: Canvas, x: float, y: float) -> None:
    for dx, dy in ((0, 0), (0.045, 0.012), (0.02, -0.03)):
        canvas.pen.ellipse(x + dx, y + dy, 0.025, paint=canvas.light.on_figure((214, 78, 70)))
        canvas.pen.ellipse(x + dx - 0.008, y + dy - 0.009, 0.006, paint=(252, 190, 176))


def _house(canvas: Canvas, x: float, y: float) -> None:
    buildings.draw_house(canvas.pen.at(x, y - 0.02, 0.36), canvas.light, canvas.rng)


def _lighthouse(canvas: Canvas, x: float, y: float) -> None:
    top = y - 0.1 - 0.5
    canvas.glow(x, top + 0.08, 0.34, (255, 236, 160), 0.8)
    buildings.draw_lighthouse(canvas.pen.at(x, y - 0.1, 0.5), canvas.light, depth=0.08)


def _bridge(canvas: Canvas, x: float, y: float) -> None:
    buildings.draw_bridge(canvas.pen.at(x, y - 0.05, 0.22), canvas.light, depth=0.08)


def _drum(canvas: Canvas, x: float, y: float) -> None:
    pen = canvas.pen.at(x, y, 0.15)
    pen.box(-0.4, -0.6, 0.4, 0, canvas.light.on_figure((206, 78, 72)), radius=0.08)
    for step in range(4):
        pen.stroke(
            [(-0.38 + step * 0.19, -0.55), (-0.29 + step * 0.19, -0.05), (-0.19 + step * 0.19, -0.55)],
            0.022,
            (250, 214, 120),
            curved=False,
        )
    pen.ellipse(0, -0.6, 0.4, 0.14, paint=canvas.light.on_figure((252, 240, 218)))


SMALL: dict[str, Callable[[Canvas, float, float], None]] = {
    "fire": _fire,
    "mushrooms": _mushrooms,
    "flowers": _flowers,
    "chest": _chest,
    "cake": _cake,
    "basket": _basket,
    "key": _key,
    "apple": _apples,
    "drum": _drum,
}


def _boat(canvas: Canvas, x: float, y: float) -> None:
    buildings.draw_boat(canvas.pen.at(x, y - 0.07, 0.3), canvas.light)


LARGE: dict[str, Callable[[Canvas, float, float], None]] = {
    "lantern": _lantern,
    "signpost": _signpost,
    "snowman": _snowman,
    "door": _door,
    "clock": _clock,
    "stall": _stall,
    "house": _house,
    "lighthouse": _lighthouse,
    "bridge": _bridge,
    "boat": _boat,
}
WATERS = frozenset({"river", "beach"})
OUTDOORS_ONLY = frozenset({"snowman", "lighthouse", "house", "bridge", "signpost", "stall"})
