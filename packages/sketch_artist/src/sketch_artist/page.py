"""Draws one scene: the place, its things, the characters, and the plants in front of them."""

import random

from PIL import Image

from sketch_artist.appearance import Appearance
from sketch_artist.canvas import Canvas
from sketch_artist.characters.placement import draw_characters, plan_placements
from sketch_artist.colours import Colour, darker
from sketch_artist.light import HOURS, light_of
from sketch_artist.prompt.scene_reading import Scene
from sketch_artist.scenery import plants
from sketch_artist.scenery.interiors import INTERIORS
from sketch_artist.scenery.landscapes import LANDSCAPES
from sketch_artist.scenery.props import (
    draw_butterflies,
    draw_fireflies,
    draw_large_props,
    draw_sky_props,
    draw_small_props,
    held_prop,
)
from sketch_artist.scenery.sky import draw_sky, draw_weather

GREEN_PLACES = frozenset({"meadow", "forest", "village", "castle", "garden", "mountain", "river"})


def draw_page(image: Image.Image, scene: Scene, appearances: list[Appearance], rng: random.Random) -> None:
    """Draw the whole scene onto the RGB image; `rng` decides every trait that the prompt does not fix."""
    canvas = Canvas(image, light_of(scene.time, scene.weather), rng)
    draw_backdrop(canvas, scene)
    ground = _draw_place(canvas, scene)
    _draw_subjects(canvas, scene, appearances)
    draw_fireflies(canvas, scene.props)
    if scene.place in GREEN_PLACES:
        _draw_foreground(canvas, ground, scene.weather)
    if scene.place not in INTERIORS:
        draw_weather(canvas, scene.weather)


def draw_subject(image: Image.Image, scene: Scene, appearances: list[Appearance], rng: random.Random) -> None:
    """Draw only the characters and their things, for a picture without a background."""
    _draw_subjects(Canvas(image, HOURS["day"], rng), scene, appearances)


def _draw_subjects(canvas: Canvas, scene: Scene, appearances: list[Appearance]) -> None:
    """Draw the named things and the characters, so that neither hides the other."""
    held = held_prop(scene.props) if appearances else None
    props = tuple(prop for prop in scene.props if prop != held)
    placements = plan_placements(canvas, appearances, held)
    taken = draw_large_props(canvas, props, scene.place, [one.x for one in placements])
    draw_butterflies(canvas, props)
    draw_characters(canvas, placements)
    draw_small_props(canvas, props, taken)


def draw_backdrop(canvas: Canvas, scene: Scene) -> None:
    """Draw the sky and the named things that fly in it."""
    draw_sky(canvas, scene.time, scene.weather)
    draw_sky_props(canvas, scene.props, scene.place)


def _draw_place(canvas: Canvas, scene: Scene) -> Colour:
    builders = {**LANDSCAPES, **INTERIORS}
    return builders[scene.place](canvas, scene.weather)


def _draw_foreground(canvas: Canvas, ground: Colour, weather: str) -> None:
    """Draw grass and flowers along the lower edge, more of them towards the corners."""
    blade = darker(ground, 0.16)
    for x in canvas.scattered(round(16 * canvas.width)):
        from_middle = abs(x / canvas.width - 0.5) * 2
        size = 0.05 + 0.06 * from_middle * canvas.rng.random()
        plants.draw_grass(canvas.pen.at(x, canvas.height + 0.01, size), canvas.light, canvas.rng, blade)
        if weather != "snow" and canvas.rng.random() < 0.35 * from_middle + 0.12:
            flower = canvas.pen.at(x + 0.02, canvas.height + 0.01, size * 1.15)
            plants.draw_flower(flower, canvas.light, canvas.rng)
