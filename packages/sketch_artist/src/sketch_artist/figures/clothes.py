"""Bodies and what they wear: legs, arms, coats, patterns, scarves and bags."""

from collections.abc import Sequence

from sketch_artist.appearance import Appearance
from sketch_artist.colours import Colour, darker, lighter, mix
from sketch_artist.figures.pose import Pose
from sketch_artist.pen import Pen, Point, smooth_outline

BODIES: dict[str, tuple[Point, ...]] = {
    "coat": (
        (-0.09, -0.5),
        (0.09, -0.5),
        (0.165, -0.4),
        (0.215, -0.16),
        (0.11, -0.135),
        (-0.11, -0.135),
        (-0.215, -0.16),
        (-0.165, -0.4),
    ),
    "dress": (
        (-0.085, -0.5),
        (0.085, -0.5),
        (0.13, -0.38),
        (0.255, -0.14),
        (0.13, -0.115),
        (-0.13, -0.115),
        (-0.255, -0.14),
        (-0.13, -0.38),
    ),
    "cloak": (
        (-0.1, -0.5),
        (0.1, -0.5),
        (0.2, -0.36),
        (0.26, -0.1),
        (0.1, -0.085),
        (-0.1, -0.085),
        (-0.26, -0.1),
        (-0.2, -0.36),
    ),
    "sweater": (
        (-0.09, -0.5),
        (0.09, -0.5),
        (0.165, -0.41),
        (0.17, -0.22),
        (0.1, -0.2),
        (-0.1, -0.2),
        (-0.17, -0.22),
        (-0.165, -0.41),
    ),
    "bare": (
        (-0.08, -0.5),
        (0.08, -0.5),
        (0.165, -0.38),
        (0.195, -0.2),
        (0.1, -0.11),
        (-0.1, -0.11),
        (-0.195, -0.2),
        (-0.165, -0.38),
    ),
}
BODIES["dungarees"] = BODIES["sweater"]


def draw_legs(pen: Pen, appearance: Appearance, pose: Pose) -> None:
    """Draw legs and boots; a bare animal has paws."""
    bare = appearance.outfit_kind == "bare"
    human = appearance.kind.head == "human"
    leg = appearance.coat if bare or (human and appearance.outfit_kind == "dress") else appearance.trim
    foot = darker(appearance.coat, 0.18) if bare else appearance.boots
    for side in (-1, 1):
        x = side * 0.082
        lift = pose.step if side > 0 else 0.0
        pen.stroke([(x, -0.24), (x, -0.06 - lift)], 0.098, leg, curved=False)
        if not bare:
            pen.box(x - 0.058, -0.115 - lift, x + 0.058, -0.03 - lift, foot, radius=0.02)
            pen.box(x - 0.064, -0.125 - lift, x + 0.064, -0.098 - lift, lighter(foot, 0.25), radius=0.012)
        pen.shape(_foot(x, side, lift), foot)


def _foot(x: float, side: int, lift: float) -> list[Point]:
    toe = x + side * 0.09
    heel = x - side * 0.056
    return [(heel, -0.045 - lift), (x, -0.07 - lift), (toe, -0.04 - lift), (toe, -0.002 - lift), (heel, -0.002 - lift)]


def draw_arm(pen: Pen, appearance: Appearance, hand: Point) -> None:
    """Draw one arm from the shoulder to the hand, with a bend, a cuff and a mitten of a hand."""
    side = 1 if hand[0] > 0 else -1
    sleeve = appearance.coat if appearance.outfit_kind == "bare" else _sleeve(appearance)
    shoulder = (side * 0.125, -0.435)
    bend = ((shoulder[0] + hand[0]) / 2 + side * 0.035, (shoulder[1] + hand[1]) / 2 + 0.025)
    pen.stroke([shoulder, bend, hand], 0.088, darker(sleeve, 0.1))
    if appearance.outfit_kind != "bare":
        near = (hand[0] * 0.9 + bend[0] * 0.1, hand[1] * 0.9 + bend[1] * 0.1)
        pen.ellipse(*near, 0.05, paint=lighter(sleeve, 0.22))
    pen.ellipse(*hand, 0.046, paint=darker(appearance.coat, 0.05))


def _sleeve(appearance: Appearance) -> Colour:
    return appearance.accent if appearance.outfit_kind == "dungarees" else appearance.outfit


def draw_body(pen: Pen, appearance: Appearance) -> None:
    """Draw the trunk in its clothes, pattern and trimmings."""
    outline = smooth_outline(BODIES[appearance.outfit_kind])
    if appearance.outfit_kind == "bare":
        pen.polygon(outline, appearance.coat)
        pen.ellipse(0, -0.27, 0.115, 0.15, paint=appearance.light)
        return
    pen.polygon(outline, appearance.outfit)
    with pen.clipped(outline) as cloth:
        _draw_pattern(cloth, appearance)
        _draw_garment(cloth, appearance)


def _draw_pattern(pen: Pen, appearance: Appearance) -> None:
    paint = appearance.pattern_colour
    if appearance.pattern == "stripes":
        for row in range(6):
            pen.box(-0.3, -0.475 + row * 0.075, 0.3, -0.445 + row * 0.075, paint)
    elif appearance.pattern == "checks":
        soft = mix(appearance.outfit, paint, 0.55)
        for step in range(7):
            pen.box(-0.3, -0.5 + step * 0.085, 0.3, -0.48 + step * 0.085, soft)
            pen.box(-0.28 + step * 0.085, -0.55, -0.26 + step * 0.085, 0, soft)
    elif appearance.pattern in ("dots", "hearts"):
        for row in range(6):
            for column in range(-4, 5):
                x, y = (column + 0.5 * (row % 2)) * 0.095, -0.465 + row * 0.073
                _draw_mark(pen, x, y, appearance.pattern, paint)
    elif appearance.pattern == "pocket":
        for side in (-1, 1):
            pen.box(side * 0.09 - 0.05, -0.26, side * 0.09 + 0.05, -0.19, paint, radius=0.02)
            pen.box(side * 0.09 - 0.055, -0.27, side * 0.09 + 0.055, -0.245, darker(paint, 0.18), radius=0.01)


def _draw_mark(pen: Pen, x: float, y: float, pattern: str, paint: Colour) -> None:
    if pattern == "dots":
        pen.ellipse(x, y, 0.018, paint=paint)
        return
    pen.ellipse(x - 0.011, y, 0.014, paint=paint)
    pen.ellipse(x + 0.011, y, 0.014, paint=paint)
    pen.polygon([(x - 0.024, y + 0.005), (x + 0.024, y + 0.005), (x, y + 0.032)], paint)


def _draw_garment(pen: Pen, appearance: Appearance) -> None:
    """Draw the details of the garment: hem, buttons, bib or belt."""
    deep = darker(appearance.outfit, 0.2)
    if appearance.outfit_kind == "coat":
        pen.box(-0.006, -0.5, 0.006, -0.1, deep)
        for row in range(3):
            pen.ellipse(0.032, -0.39 + row * 0.08, 0.015, paint=lighter(appearance.accent, 0.35))
        pen.box(-0.3, -0.168, 0.3, -0.1, deep)
    elif appearance.outfit_kind == "dress":
        pen.box(-0.3, -0.155, 0.3, -0.1, lighter(appearance.outfit, 0.4))
        pen.box(-0.3, -0.365, 0.3, -0.34, appearance.accent)
    elif appearance.outfit_kind == "sweater":
        for y in (-0.5, -0.232):
            pen.box(-0.3, y, 0.3, y + 0.042, deep)
    elif appearance.outfit_kind == "cloak":
        pen.polygon([(-0.03, -0.5), (0.03, -0.5), (0.07, 0), (-0.07, 0)], deep)
        pen.ellipse(0, -0.455, 0.028, paint=lighter(appearance.accent, 0.2))
    elif appearance.outfit_kind == "dungarees":
        _draw_bib(pen, appearance)


def _draw_bib(pen: Pen, appearance: Appearance) -> None:
    pen.box(-0.3, -0.6, 0.3, -0.41, appearance.accent)
    pen.box(-0.3, -0.41, -0.115, -0.32, appearance.accent)
    pen.box(0.115, -0.41, 0.3, -0.32, appearance.accent)
    for side in (-1, 1):
        pen.stroke([(side * 0.1, -0.39), (side * 0.085, -0.51)], 0.034, appearance.outfit, curved=False)
        pen.ellipse(side * 0.092, -0.4, 0.016, paint=(250, 214, 120))
    pen.box(-0.055, -0.37, 0.055, -0.3, darker(appearance.outfit, 0.16), radius=0.015)


def draw_scarf(pen: Pen, colour: Colour) -> None:
    """Draw a scarf round the neck with one end hanging."""
    deep = darker(colour, 0.16)
    pen.shape([(0.03, -0.47), (0.105, -0.465), (0.125, -0.3), (0.06, -0.29)], deep)
    for step in range(3):
        x = 0.068 + step * 0.02
        pen.stroke([(x, -0.3), (x + 0.003, -0.272)], 0.01, deep, curved=False)
    pen.shape([(-0.15, -0.5), (0, -0.535), (0.15, -0.5), (0.13, -0.442), (0, -0.425), (-0.13, -0.442)], colour)
    pen.stroke([(-0.12, -0.47), (0, -0.452), (0.11, -0.468)], 0.012, lighter(colour, 0.3))


def draw_bag(pen: Pen, colour: Colour) -> None:
    """Draw a satchel with its strap across the body."""
    leather = mix(colour, (134, 92, 64), 0.55)
    pen.stroke([(-0.1, -0.475), (0.03, -0.35), (0.15, -0.235)], 0.024, leather)
    pen.box(0.095, -0.25, 0.225, -0.15, leather, radius=0.025)
    pen.box(0.095, -0.25, 0.225, -0.2, darker(leather, 0.2), radius=0.022)
    pen.ellipse(0.16, -0.198, 0.012, paint=(250, 214, 120))


def draw_tail(pen: Pen, points: Sequence[Point], widths: tuple[float, float], colour: Colour, tip: Colour) -> None:
    """Draw a tail behind the body, from the first width to the last, its end in the tip's colour."""
    pen.taper(points, *widths, colour)
    x, y = points[-1]
    near = (x + (points[-2][0] - x) * 0.45, y + (points[-2][1] - y) * 0.45)
    pen.taper([near, ((x + near[0]) / 2, (y + near[1]) / 2), (x, y)], widths[1] * 1.0, widths[1] * 0.82, tip)
