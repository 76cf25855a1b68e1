"""Draws one picture from start to end: read the words, cast, draw large, shrink, finish, encode."""

from dataclasses import dataclass, field

from PIL import Image

from local.image_service.drawing.casting import cast_characters, seeded
from local.image_service.drawing.encode import Encoding, encode_picture
from local.image_service.drawing.finish import add_grain, add_vignette, canvas_size, to_size, without_background
from local.image_service.drawing.look import Look
from local.image_service.drawing.page import draw_page, draw_subject
from local.image_service.drawing.scene_reading import Scene, read_scene
from local.image_service.drawing.sheet import draw_sheet
from local.image_service.drawing.sheet_strip import draw_strip
from local.image_service.drawing.sketch_mark import draw_sketch_mark


@dataclass(frozen=True, kw_only=True)
class PictureOrder:
    """Everything that decides a picture's bytes. `references` are encoded image files, `variant` counts `n`."""

    prompt: str
    width: int
    height: int
    encoding: Encoding = field(default_factory=Encoding)
    references: tuple[bytes, ...] = ()
    variant: int = 0


def draw_picture(order: PictureOrder) -> bytes:
    """Return the encoded picture; the same order always gives the same bytes."""
    scene = read_scene(order.prompt, has_references=bool(order.references))
    looks = cast_characters(order.prompt, order.references, order.variant)
    picture = _draw(order, scene, looks)
    return encode_picture(picture, order.encoding)


def _draw(order: PictureOrder, scene: Scene, looks: list[Look]) -> Image.Image:
    if order.encoding.transparent:
        picture = without_background(*(_draw_subject(order, scene, looks, ground) for ground in ("white", "black")))
    else:
        picture = _draw_on_paper(order, scene, looks)
        add_vignette(picture, 0.12 if scene.sheet else 0.3)
        picture = add_grain(picture)
    if scene.sheet and looks:
        draw_strip(picture, looks[0])
    draw_sketch_mark(picture)
    return picture


def _draw_on_paper(order: PictureOrder, scene: Scene, looks: list[Look]) -> Image.Image:
    rng = seeded(order.prompt, order.variant, "scene")
    canvas = Image.new("RGB", canvas_size(order.width, order.height))
    if scene.sheet and looks:
        draw_sheet(canvas, looks[0], rng, portrait=scene.portrait)
    else:
        draw_page(canvas, scene, looks, rng)
    return to_size(canvas, (order.width, order.height))


def _draw_subject(order: PictureOrder, scene: Scene, looks: list[Look], ground: str) -> Image.Image:
    rng = seeded(order.prompt, order.variant, "scene")
    canvas = Image.new("RGB", canvas_size(order.width, order.height), ground)
    if scene.sheet and looks:
        draw_sheet(canvas, looks[0], rng, ground=False, portrait=scene.portrait)
    else:
        draw_subject(canvas, scene, looks, rng)
    return to_size(canvas, (order.width, order.height))
