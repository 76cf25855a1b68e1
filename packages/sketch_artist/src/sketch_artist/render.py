"""Draws one picture from start to end: read the prompt, choose appearances, draw enlarged, shrink, texture, encode."""

from dataclasses import dataclass, field

from PIL import Image

from sketch_artist.appearance import Appearance
from sketch_artist.characters.appearance_choice import choose_appearances, seeded
from sketch_artist.characters.sheet import draw_sheet
from sketch_artist.characters.sheet_strip import draw_strip
from sketch_artist.encoding import Encoding, encode_picture
from sketch_artist.page import draw_page, draw_subject
from sketch_artist.paper_texture import add_grain, add_vignette
from sketch_artist.prompt.scene_reading import Scene, read_scene
from sketch_artist.sketch_mark import draw_sketch_mark
from sketch_artist.supersampling import drawing_size, to_size
from sketch_artist.transparency import without_background


@dataclass(frozen=True, kw_only=True)
class SketchRequest:
    """Everything that decides a picture's bytes.

    `prompt` is English text. `width` and `height` are in pixels. `references` are the bytes of PNG, JPEG or WebP files
    that show characters. Each `variant` (0 or more) is another picture of the same prompt.
    """

    prompt: str
    width: int
    height: int
    encoding: Encoding = field(default_factory=Encoding)
    references: tuple[bytes, ...] = ()
    variant: int = 0


def draw_picture(request: SketchRequest) -> bytes:
    """Return the encoded picture. Equal requests always give equal bytes (with one version of Pillow).

    Draws in the calling thread, a few tenths of a second for a megapixel; safe to call from several threads.
    Raises `OSError` for a reference that Pillow cannot read and `ValueError` for a size that is not positive.
    """
    if request.width < 1 or request.height < 1:
        raise ValueError(f"a picture needs a positive size, got {request.width}x{request.height}")
    scene = read_scene(request.prompt, has_references=bool(request.references))
    appearances = choose_appearances(request.prompt, request.references, request.variant)
    return encode_picture(_draw(request, scene, appearances), request.encoding)


def _draw(request: SketchRequest, scene: Scene, appearances: list[Appearance]) -> Image.Image:
    if request.encoding.transparent:
        on_white, on_black = (_draw_subject(request, scene, appearances, ground) for ground in ("white", "black"))
        picture = without_background(on_white, on_black)
    else:
        picture = _draw_on_paper(request, scene, appearances)
        add_vignette(picture, 0.12 if scene.sheet else 0.3)
        picture = add_grain(picture)
    if scene.sheet and appearances:
        draw_strip(picture, appearances[0])
    draw_sketch_mark(picture)
    return picture


def _draw_on_paper(request: SketchRequest, scene: Scene, appearances: list[Appearance]) -> Image.Image:
    rng = seeded(request.prompt, request.variant, "scene")
    image = Image.new("RGB", drawing_size(request.width, request.height))
    if scene.sheet and appearances:
        draw_sheet(image, appearances[0], rng, portrait=scene.portrait)
    else:
        draw_page(image, scene, appearances, rng)
    return to_size(image, (request.width, request.height))


def _draw_subject(request: SketchRequest, scene: Scene, appearances: list[Appearance], ground: str) -> Image.Image:
    rng = seeded(request.prompt, request.variant, "scene")
    image = Image.new("RGB", drawing_size(request.width, request.height), ground)
    if scene.sheet and appearances:
        draw_sheet(image, appearances[0], rng, ground=False, portrait=scene.portrait)
    else:
        draw_subject(image, scene, appearances, rng)
    return to_size(image, (request.width, request.height))
