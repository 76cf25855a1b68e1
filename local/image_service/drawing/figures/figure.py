"""Puts one character together, layer by layer, from the things behind it to the hat on its head."""

from local.image_service.drawing.colours import INK, darker, lighter, mix
from local.image_service.drawing.figures import clothes
from local.image_service.drawing.figures.fabled import draw_dragon_behind, draw_dragon_head, draw_robot
from local.image_service.drawing.figures.face import (
    draw_brows,
    draw_cheeks,
    draw_eyes,
    draw_glasses,
    draw_nose,
    draw_smile,
)
from local.image_service.drawing.figures.hair import draw_hair_behind, draw_hair_front
from local.image_service.drawing.figures.heads import draw_animal_head
from local.image_service.drawing.figures.headwear import draw_headwear
from local.image_service.drawing.figures.held_things import draw_held
from local.image_service.drawing.figures.pose import Pose
from local.image_service.drawing.figures.winged import draw_winged
from local.image_service.drawing.look import Look
from local.image_service.drawing.pen import Pen, Point

EAR_LIFTED_HATS = {"rabbit": 0.02, "mouse": 0.0, "frog": -0.06}
BUSHY: tuple[Point, ...] = ((0.08, -0.18), (0.27, -0.13), (0.37, -0.27), (0.36, -0.42))
CURLED: tuple[Point, ...] = ((0.1, -0.16), (0.3, -0.2), (0.34, -0.42), (0.27, -0.56), (0.36, -0.62))
THIN: tuple[Point, ...] = ((0.1, -0.15), (0.27, -0.1), (0.33, -0.25), (0.4, -0.33))


def draw_figure(pen: Pen, look: Look, pose: Pose) -> None:
    """Draw one character around (0, 0), its feet on the ground there, about one unit tall."""
    head = look.kind.head
    if head in ("owl", "bird"):
        if look.outfit_kind == "cloak":
            pen.shape([(0, -0.55), (0.2, -0.5), (0.37, -0.12), (0, -0.06), (-0.37, -0.12), (-0.2, -0.5)], look.outfit)
        draw_winged(pen, look, pose)
    elif head == "robot":
        draw_robot(pen, look, pose)
    else:
        _draw_behind(pen, look)
        _draw_trunk(pen, look, pose)
        _draw_head(pen, look)
    _draw_extras(pen, look, pose)


def _draw_behind(pen: Pen, look: Look) -> None:
    head = look.kind.head
    if head == "human":
        draw_hair_behind(pen, look.hair_style, look.hair)
    elif head == "dragon":
        draw_dragon_behind(pen, look)
    elif head == "turtle":
        pen.ellipse(0, -0.3, 0.28, 0.25, paint=mix(look.coat, (120, 84, 56), 0.65))
        pen.ellipse(0, -0.31, 0.24, 0.21, paint=mix(look.coat, (140, 100, 66), 0.5))
    elif head == "fox":
        clothes.draw_tail(pen, BUSHY, (0.09, 0.15), darker(look.coat, 0.06), look.light)
    elif head == "squirrel":
        clothes.draw_tail(pen, CURLED, (0.1, 0.2), darker(look.coat, 0.08), lighter(look.coat, 0.25))
    elif head in ("cat", "mouse", "lion", "dog"):
        tip = look.hair if head == "lion" else darker(look.coat, 0.2)
        clothes.draw_tail(pen, THIN, (0.024, 0.016) if head == "mouse" else (0.055, 0.045), darker(look.coat, 0.1), tip)
    elif head == "rabbit":
        pen.ellipse(0.19, -0.2, 0.07, paint=look.light)


def _draw_trunk(pen: Pen, look: Look, pose: Pose) -> None:
    clothes.draw_legs(pen, look, pose)
    raised = [hand for hand in (pose.left, pose.right) if hand[1] < -0.45]
    for hand in raised:
        clothes.draw_arm(pen, look, hand)
    clothes.draw_body(pen, look)
    for hand in (pose.left, pose.right):
        if hand not in raised:
            clothes.draw_arm(pen, look, hand)


def _draw_head(pen: Pen, look: Look) -> None:
    if look.kind.head == "human":
        _draw_human_head(pen, look)
    elif look.kind.head == "dragon":
        draw_dragon_head(pen, look)
    else:
        draw_animal_head(pen, look)


def _draw_human_head(pen: Pen, look: Look) -> None:
    pen.box(-0.05, -0.54, 0.05, -0.46, darker(look.coat, 0.14))
    for side in (-1, 1):
        pen.ellipse(side * 0.228, -0.655, 0.042, 0.05, paint=darker(look.coat, 0.06))
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
        look.coat,
    )
    draw_cheeks(pen, look.coat)
    if look.species == "grandfather":
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
            look.hair,
        )
    draw_smile(pen, look.coat, y=-0.572 if look.species != "grandfather" else -0.558)
    draw_nose(pen, look.coat)
    draw_eyes(pen, look.eyes)
    draw_hair_front(pen, look.hair_style, look.hair)
    draw_brows(pen, look.hair)


def _draw_extras(pen: Pen, look: Look, pose: Pose) -> None:
    if look.scarf:
        clothes.draw_scarf(pen, look.accent)
    if look.bag:
        clothes.draw_bag(pen, look.trim)
    if look.glasses:
        draw_glasses(pen)
    draw_headwear(pen.at(0, EAR_LIFTED_HATS.get(look.kind.head, 0.0)), look.headwear, look.hat)
    if pose.held is not None:
        draw_held(pen, pose.held, pose.right)
        pen.ellipse(*pose.right, 0.03, paint=mix(look.coat, INK, 0.05))
