"""The reference path matters: the hero looks the same on every page with it, and differs without it.

"Without" is a catalogue whose model takes no references: the same use case, the same prompt text. The
image service invents, for each picture, what the prompt leaves open, as image models do.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from openai import AsyncOpenAI
from PIL import Image

from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer
from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.catalogue import Catalogue, load_catalogue
from picturebook.models.messages import FULL_FIGURE
from tests.fakes.picturebook_world import MODEL, World
from tests.fakes.stories import page, story

KEY = "sk-test-only"
HERO: dict[str, object] = {"name": "Pim", "traits": ["a small girl with a coat"]}
SCENES = ["In the green forest.", "By the blue sea.", "On the snowy mountain.", "On the flower meadow."]
PAGES = len(SCENES)
# A share of the page, in percent, in the very colour of the hero's coat on the sheet.
VISIBLE = 0.5


def without_references() -> Catalogue:
    """Return a catalogue whose model draws from text alone."""
    spec = load_catalogue().spec(MODEL).model_copy(update={"most_references": 0})
    return Catalogue({MODEL: spec})


async def pictures(server: ImageServer, catalogue: Catalogue) -> list[Image.Image]:
    """Illustrate a story of one hero in four places; return the sheet and the pages."""
    pages = [page(number, "Pim", text=text) for number, text in enumerate(SCENES, start=1)]
    async with AsyncOpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        world = World(painter=OpenAIImageModel(client), catalogue=catalogue)
        await world.accept(story(characters=[HERO], pages=pages, size="1024x1024"))
        await world.run_until_quiet()
    full_figure_and_pages = [p for p in world.manifest().pictures if p.view in (None, FULL_FIGURE)]
    stored = [world.store.objects[picture.key or ""].content for picture in full_figure_and_pages]
    return [Image.open(io.BytesIO(content)).convert("RGB") for content in stored]


def coat_colour(sheet: Image.Image) -> tuple[int, int, int]:
    """Return the colour that most of the hero's middle has on the sheet."""
    width, height = sheet.size
    middle = sheet.crop((int(width * 0.4), int(height * 0.55), int(width * 0.6), int(height * 0.72)))
    few = middle.quantize(8)
    index = max(few.getcolors() or [])[1]
    assert isinstance(index, int)
    red, green, blue = (few.getpalette() or [])[index * 3 : index * 3 + 3]
    return red, green, blue


def share_in_percent(page_picture: Image.Image, colour: tuple[int, int, int]) -> float:
    """Return how much of a picture has a colour, give or take the light of its place."""
    small = page_picture.resize((256, 256), Image.Resampling.NEAREST)
    pixels = zip(*[iter(small.tobytes())] * 3, strict=True)
    near = sum(all(abs(a - b) <= 14 for a, b in zip(pixel, colour, strict=True)) for pixel in pixels)
    return 100 * near / (256 * 256)


@pytest.fixture(scope="module")
def server() -> Iterator[ImageServer]:
    with ImageServer(ServiceConfig(api_key=KEY)) as server:
        yield server


async def test_with_references_the_heros_coat_is_on_every_page(server: ImageServer) -> None:
    sheet, *pages = await pictures(server, load_catalogue())
    shares = [share_in_percent(picture, coat_colour(sheet)) for picture in pages]
    assert len(shares) == PAGES
    assert min(shares) > VISIBLE, shares


async def test_without_references_the_hero_wears_another_coat_on_most_pages(server: ImageServer) -> None:
    sheet, *pages = await pictures(server, without_references())
    shares = [share_in_percent(picture, coat_colour(sheet)) for picture in pages]
    assert len(shares) == PAGES
    assert sum(share > VISIBLE for share in shares) < PAGES / 2, shares
