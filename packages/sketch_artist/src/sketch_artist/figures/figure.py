"""Puts one character together, layer by layer, from the things behind it to the hat on its head."""

from sketch_artist.appearance import Appearance
from sketch_artist.colours import INK, darker, lighter, mix
from sketch_artist.figures import clothes
from sketch_artist.figures.fabled import draw_dragon_behind, draw_dragon_head, draw_robot
from sketch_artist.figures.face import (
    draw_brows,
    draw_cheeks,
    draw_eyes,
    draw_glasses,
    draw_nose,
    draw_smile,
)
from sketch_artist.figures.hair import draw_hair_behind, draw_hair_front
from sketch_artist.figures.heads import draw_animal_head
from sketch_artist.figures.headwear import draw_headwear
from sketch_artist.figures.held_things import draw_held
from sketch_artist.figures.pose import Pose
from sketch_artist.figures.winged import draw_winged
from sketch_artist.pen import Pen, Point

EAR_LIFTED_HATS = {"rabbit": 0.02, "mouse": 0.0, "frog": -0.06}
BUSHY: tuple[Point, ...] = ((0.08, -0.18), (0.27, -0.13), (0.37, -0.27), (0.36, -0.42))
CURLED: tuple[Point, ...] = ((0.1, -0.16), (0.3, -0.2), (0.34, -0.42), (0.27, -0.56), (0.36, -0.62))
THIN: tuple[Point, ...] = ((0.1, -0.15), (0.27, -0.1), (0.33, -0.25), (0.4, -0.33))


def draw_figure(pen: Pen, appearance: Appearance, pose: Pose) -> None:
    """Draw one character around (0, 0), its feet on the ground there, about one unit tall."""
    head = appearance.kind.head
    if head in ("owl", "bird"):
        if appearance.outfit_kind == "cloak":
            pen.shape(
                [(0, -0.55), (0.2, -0.5), (0.37, -0.12), (0, -0.06), (-0.37, -0.12), (-0.2, -0.5)], appearance.outfit
            )
        draw_winged(pen, appearance, pose)
    elif head == "robot":
        draw_robot(pen, appearance, pose)
    else:
        _draw_behind(pen, appearance)
        _draw_trunk(pen, appearance, pose)
        _draw_head(pen, appearance)
    _draw_extras(pen, appearance, pose)


def _draw_behind(pen: Pen, appearance: Appearance) -> None:
    head = appearance.kind.head
    if head == "human":
        draw_hair_behind(pen, appearance.hair_style, appearance.hair)
    elif head == "dragon":
        draw_dragon_behind(pen, appearance)
    elif head == "turtle":
        pen.ellipse(0, -0.3, 0.28, 0.25, paint=mix(appearance.coat, (120, 84, 56), 0.65))
        pen.ellipse(0, -0.31, 0.24, 0.21, paint=mix(appearance.coat, (140, 100, 66), 0.5))
    elif head == "fox":
        clothes.draw_tail(pen, BUSHY, (0.09, 0.15), darker(appearance.coat, 0.06), appearance.light)
    elif head == "squirrel":
        clothes.draw_tail(pen, CURLED, (0.1, 0.2), darker(appearance.coat, 0.08), lighter(appearance.coat, 0.25))
    elif head in ("cat", "mouse", "lion", "dog"):
        tip = appearance.hair if head == "lion" else darker(appearance.coat, 0.2)
        clothes.draw_tail(
            pen, THIN, (0.024, 0.016) if head == "mouse" else (0.055, 0.045), darker(appearance.coat, 0.1), tip
        )
    elif head == "rabbit":
        pen.ellipse(0.19, -0.2, 0.07, paint=appearance.light)


def _draw_trunk(pen: Pen, appearance: Appearance, pose: Pose) -> None:
    clothes.draw_legs(pen, appearance, pose)
    raised = [hand for hand in (pose.left, pose.right) if hand[1] < -0.45]
    for hand in raised:
        clothes.draw_arm(pen, appearance, hand)
    clothes.draw_body(pen, appearance)
    for hand in (pose.left, pose.right):
        if hand not in raised:
            clothes.draw_arm(pen, appearance, hand)


def _draw_head(pen: Pen, appearance: Appearance) -> None:
    if appearance.kind.head == "human":
        _draw_human_head(pen, appearance)
    elif appearance.kind.head == "dragon":
        draw_dragon_head(pen, appearance)
    else:
        draw_animal_head(pen, appearance)


def _draw_human_head(pen: Pen, appearance: Appearance) -> None:
    pen.box(-0.05, -0.54, 0.05, -0.46, darker(appearance.coat, 0.14))
    for side in (-1, 1):
        pen.ellipse(side * 0.228, -0.655, 0.042, 0.05, paint=darker(appearance.coat, 0.06))
    pen.shape(
        [
            (0, -0.9),
            (0.16, -0.85),
            (0.232, -0.69),
            (0.2, -0.56),
            (0.09, -0.49),
            (-0.09, -0.49),
            (-0.2, -0.56),
            (-0.232, -0.69),
            (-0.16, -0.85),
        ],
        appearance.coat,
    )
    draw_cheeks(pen, appearance.coat)
    if appearance.species == "grandfather":
        pen.shape(
            [
                (-0.2, -0.6),
                (-0.08, -0.6),
                (0, -0.615),
                (0.08, -0.6),
                (0.2, -0.6),
                (0.14, -0.47),
                (0, -0.42),
                (-0.14, -0.47),
            ],
            appearance.hair,
        )
    draw_smile(pen, appearance.coat, y=-0.572 if appearance.species != "grandfather" else -0.558)
    draw_nose(pen, appearance.coat)
    draw_eyes(pen, appearance.eyes)
    draw_hair_front(pen, appearance.hair_style, appearance.hair)
    draw_brows(pen, appearance.hair)


def _draw_extras(pen: Pen, appearance: Appearance, pose: Pose) -> None:
    if appearance.scarf:
        clothes.draw_scarf(pen, appearance.accent)
    if appearance.bag:
        clothes.draw_bag(pen, appearance.trim)
    if appearance.glasses:
        draw_glasses(pen)
    draw_headwear(pen.at(0, EAR_LIFTED_HATS.get(appearance.kind.head, 0.0)), appearance.headwear, appearance.hat)
    if pose.held is not None:
        draw_held(pen, pose.held, pose.right)
        pen.ellipse(*pose.right, 0.03, paint=mix(appearance.coat, INK, 0.05))
