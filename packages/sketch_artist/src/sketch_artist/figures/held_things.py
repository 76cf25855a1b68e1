"""The things that a hand can hold, drawn around the hand."""

from collections.abc import Callable

from sketch_artist.colours import INK
from sketch_artist.pen import Pen, Point


def _lantern(pen: Pen, hand: Point) -> None:
    x, y = hand
    pen.stroke([(x, y), (x, y + 0.05)], 0.012, INK, curved=False)
    pen.ellipse(x, y + 0.12, 0.075, 0.08, paint=(255, 226, 138))
    pen.box(x - 0.04, y + 0.06, x + 0.04, y + 0.18, (250, 190, 76), radius=0.015)
    pen.ellipse(x, y + 0.125, 0.026, 0.04, paint=(255, 248, 206))
    pen.box(x - 0.05, y + 0.045, x + 0.05, y + 0.07, INK, radius=0.01)
    pen.box(x - 0.05, y + 0.17, x + 0.05, y + 0.195, INK, radius=0.01)


def _book(pen: Pen, hand: Point) -> None:
    x, y = hand
    pen.box(x - 0.07, y - 0.075, x + 0.075, y + 0.04, (176, 70, 62), radius=0.012)
    pen.box(x - 0.055, y - 0.065, x + 0.07, y + 0.03, (252, 244, 222), radius=0.008)
    pen.box(x - 0.07, y - 0.075, x + 0.055, y + 0.04, (196, 84, 70), radius=0.012)
    pen.ellipse(x - 0.005, y - 0.02, 0.024, paint=(250, 214, 120))


def _flowers(pen: Pen, hand: Point) -> None:
    x, y = hand
    pen.stroke([(x, y + 0.04), (x + 0.01, y - 0.09)], 0.014, (88, 150, 86), curved=False)
    for angle_x, angle_y in ((-0.03, 0), (0.03, 0), (0, -0.03), (0, 0.03)):
        pen.ellipse(x + 0.01 + angle_x, y - 0.11 + angle_y, 0.026, paint=(240, 128, 140))
    pen.ellipse(x + 0.01, y - 0.11, 0.02, paint=(252, 216, 110))


def _map(pen: Pen, hand: Point) -> None:
    x, y = hand
    pen.polygon(
        [
            (x - 0.09, y - 0.05),
            (x, y - 0.07),
            (x + 0.09, y - 0.05),
            (x + 0.09, y + 0.05),
            (x, y + 0.03),
            (x - 0.09, y + 0.05),
        ],
        (248, 232, 196),
    )
    pen.stroke([(x - 0.06, y + 0.01), (x - 0.02, y - 0.03), (x + 0.05, y)], 0.01, (206, 92, 76))


def _balloon(pen: Pen, hand: Point) -> None:
    x, y = hand
    pen.stroke([(x, y), (x + 0.03, y - 0.2), (x + 0.02, y - 0.42)], 0.007, INK)
    pen.ellipse(x + 0.02, y - 0.5, 0.085, 0.1, paint=(232, 96, 90))
    pen.ellipse(x - 0.008, y - 0.54, 0.02, 0.03, paint=(252, 176, 164), turn=20)


THINGS: dict[str, Callable[[Pen, Point], None]] = {
    "lantern": _lantern,
    "book": _book,
    "flowers": _flowers,
    "map": _map,
    "balloon": _balloon,
}


def draw_held(pen: Pen, thing: str, hand: Point) -> None:
    """Draw one of `THINGS` in the hand."""
    THINGS[thing](pen, hand)
