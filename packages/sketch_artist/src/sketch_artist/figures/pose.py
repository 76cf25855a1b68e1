"""The pose of a figure: where its hands are and what it holds."""

import random
from dataclasses import dataclass

from sketch_artist.pen import Point

DOWN: Point = (0.245, -0.235)
HANDS: dict[str, tuple[Point, Point]] = {
    "rest": ((-0.245, -0.235), DOWN),
    "wave": ((-0.245, -0.235), (0.325, -0.56)),
    "cheer": ((-0.325, -0.57), (0.325, -0.57)),
    "point": ((-0.235, -0.24), (0.36, -0.37)),
    "hips": ((-0.2, -0.28), (0.2, -0.28)),
    "present": ((-0.3, -0.33), (0.3, -0.33)),
}


@dataclass(frozen=True)
class Pose:
    """Left and right hand (in figure units), the step of the feet, and a thing in the right hand."""

    left: Point
    right: Point
    step: float = 0.0
    held: str | None = None


STANDING = Pose(*HANDS["rest"])


def choose_pose(rng: random.Random, held: str | None) -> Pose:
    """Return a random pose; a figure that holds something stretches out its right hand."""
    if held is not None:
        return Pose(HANDS["rest"][0], HANDS["point"][1], rng.choice((0.0, 0.03)), held)
    left, right = HANDS[rng.choice(("rest", "wave", "cheer", "point", "hips", "present"))]
    return Pose(left, right, rng.choice((0.0, 0.025, 0.04)))
