import io

import pytest
from PIL import Image

from sketch_artist import Encoding, SketchRequest, draw_picture
from sketch_artist.prompt.scene_reading import PLACES
from sketch_artist.scenery.ground_props import LARGE, SMALL
from sketch_artist.scenery.interiors import INTERIORS
from sketch_artist.scenery.landscapes import LANDSCAPES
from sketch_artist.species import ALL_SPECIES, WORDS

PROMPT = "- Mira: a small girl in a yellow coat\nThe picture shows: a snowy forest at night with a lantern"


def test_equal_requests_give_equal_bytes_and_another_variant_another_picture() -> None:
    request = SketchRequest(prompt=PROMPT, width=320, height=320)
    assert draw_picture(request) == draw_picture(request)
    assert draw_picture(request) != draw_picture(SketchRequest(prompt=PROMPT, width=320, height=320, variant=1))


@pytest.mark.parametrize("size", [(320, 320), (160, 480), (480, 160), (1024, 640)])
@pytest.mark.parametrize("encoding", [Encoding("png"), Encoding("jpeg", 60), Encoding("webp", 80)])
def test_every_shape_and_format_is_drawn(size: tuple[int, int], encoding: Encoding) -> None:
    content = draw_picture(SketchRequest(prompt=PROMPT, width=size[0], height=size[1], encoding=encoding))
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        assert (picture.size, (picture.format or "").lower()) == (size, encoding.output_format)


def test_the_largest_size_is_drawn() -> None:
    with Image.open(io.BytesIO(draw_picture(SketchRequest(prompt="a meadow", width=3840, height=2160)))) as picture:
        assert picture.size == (3840, 2160)


@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_a_transparent_picture_keeps_the_figure_and_drops_the_ground(output_format: str) -> None:
    encoding = Encoding(output_format, transparent=True)
    content = draw_picture(SketchRequest(prompt="a bear", width=320, height=320, encoding=encoding))
    with Image.open(io.BytesIO(content)) as picture:
        alpha = picture.convert("RGBA").getchannel("A")
    assert alpha.getpixel((2, 2)) == 0
    assert alpha.getextrema() == (0, 255)


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_place_is_drawn_and_is_no_blank(place: str) -> None:
    word = PLACES[place].split()[0]
    things = ", ".join([*LARGE, *SMALL])
    content = draw_picture(SketchRequest(prompt=f"{word} {word} {word}: {things}", width=256, height=256))
    with Image.open(io.BytesIO(content)) as picture:
        tones = set(picture.convert("L").tobytes())
    assert max(tones) - min(tones) > 60


def test_every_place_that_is_read_can_be_built() -> None:
    assert set(PLACES) == set(LANDSCAPES) | set(INTERIORS)


@pytest.mark.parametrize("kind", [kind.name for kind in ALL_SPECIES])
def test_every_kind_of_character_is_drawn(kind: str) -> None:
    assert draw_picture(SketchRequest(prompt=f"- One: a {kind} with a hat, glasses and a cloak", width=96, height=96))


def test_every_word_for_a_kind_names_one_that_can_be_drawn() -> None:
    assert set(WORDS.values()) <= {kind.name for kind in ALL_SPECIES}
