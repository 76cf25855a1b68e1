"""Draws one page: place, things, characters, and what grows in front of them."""

import random

from PIL import Image

from local.image_service.drawing import plants
from local.image_service.drawing.cast_on_stage import draw_cast, plan_cast
from local.image_service.drawing.colours import Colour, darker
from local.image_service.drawing.interiors import INTERIORS
from local.image_service.drawing.landscapes import LANDSCAPES
from local.image_service.drawing.light import HOURS, light_of
from local.image_service.drawing.look import Look
from local.image_service.drawing.props import (
    draw_butterflies,
    draw_fireflies,
    draw_large_props,
    draw_sky_props,
    draw_small_props,
    held_prop,
)
from local.image_service.drawing.scene_reading import Scene
from local.image_service.drawing.sky import draw_sky, draw_weather
from local.image_service.drawing.stage import Stage

GREEN_PLACES = frozenset({"meadow", "forest", "village", "castle", "garden", "mountain", "river"})


def draw_page(canvas: Image.Image, scene: Scene, looks: list[Look], rng: random.Random) -> None:
    """Draw the whole scene onto the canvas; `rng` decides what the words leave open."""
    stage = Stage(canvas, light_of(scene.time, scene.weather), rng)
    draw_backdrop(stage, scene)
    ground = _draw_place(stage, scene)
    _draw_subjects(stage, scene, looks)
    draw_fireflies(stage, scene.props)
    if scene.place in GREEN_PLACES:
        _draw_foreground(stage, ground, scene.weather)
    if scene.place not in INTERIORS:
        draw_weather(stage, scene.weather)


def draw_subject(canvas: Image.Image, scene: Scene, looks: list[Look], rng: random.Random) -> None:
    """Draw only the characters and their things, for a picture without background."""
    _draw_subjects(Stage(canvas, HOURS["day"], rng), scene, looks)


def _draw_subjects(stage: Stage, scene: Scene, looks: list[Look]) -> None:
    """Draw the named things and the characters, so that neither hides the other."""
    held = held_prop(scene.props) if looks else None
    props = tuple(prop for prop in scene.props if prop != held)
    cast = plan_cast(stage, looks, held)
    taken = draw_large_props(stage, props, scene.place, [one.x for one in cast])
    draw_butterflies(stage, props)
    draw_cast(stage, cast)
    draw_small_props(stage, props, taken)


def draw_backdrop(stage: Stage, scene: Scene) -> None:
    """Draw the sky and what flies in it."""
    draw_sky(stage, scene.time, scene.weather)
    draw_sky_props(stage, scene.props, scene.place)


def _draw_place(stage: Stage, scene: Scene) -> Colour:
    builders = {**LANDSCAPES, **INTERIORS}
    return builders[scene.place](stage, scene.weather)


def _draw_foreground(stage: Stage, ground: Colour, weather: str) -> None:
    """Let grass and flowers overlap the lower edge, thicker towards the corners."""
    blade = darker(ground, 0.16)
    for x in stage.scattered(round(16 * stage.width)):
        from_middle = abs(x / stage.width - 0.5) * 2
        size = 0.05 + 0.06 * from_middle * stage.rng.random()
        plants.draw_grass(stage.pen.at(x, stage.height + 0.01, size), stage.light, stage.rng, blade)
        if weather != "snow" and stage.rng.random() < 0.35 * from_middle + 0.12:
            flower = stage.pen.at(x + 0.02, stage.height + 0.01, size * 1.15)
            plants.draw_flower(flower, stage.light, stage.rng)
