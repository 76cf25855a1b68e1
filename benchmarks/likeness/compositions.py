"""Pairs made of characters of other artists: a sheet shows the figure alone, a page shows it in a scene.

On pages, heroes and bystanders have other sizes, are partly hidden, mirrored, or in another light; a page is a PNG or a
lossy JPEG. A mismatch of a case differs from its match only in one hero, one hero's coat, or the way it is drawn.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

from benchmarks.likeness.pairs import Kind, Pair
from benchmarks.likeness.scenes import SIDE, draw_scene, photographed_scene
from benchmarks.likeness.treatments import TREATMENTS, grained, in_light

DICEBEAR: tuple[str, ...] = (
    *("adventurer", "avataaars", "bigEars", "bigSmile", "bottts", "micah"),
    *("miniavs", "openPeeps", "personas", "pixelArt", "toonHead"),
)
INK = ("lorelei", "croodles")
EMOJI = ("twemoji", "noto", "openmoji", "fluent-emoji-flat", "fluent-emoji")

_LIGHTS = ("day", "day", "day", "dusk", "night", "night", "fog")
_PAPERS = ((255, 255, 255), (250, 246, 236), (238, 242, 246), (252, 240, 236), (232, 230, 224))


@dataclass(frozen=True, slots=True)
class _Page:
    """Everything that determines a page: its figures, heroes first, each with the box it stands in."""

    backdrop: Image.Image
    figures: tuple[Image.Image, ...]
    boxes: tuple[tuple[int, int, int], ...]
    mirrored: tuple[bool, ...]
    hidden: tuple[float, ...]
    light: str
    treatment: str
    seed: str
    quality: int | None


@dataclass(frozen=True, slots=True)
class Compositions:
    """Pairs of figures from some sets, on flat scenes or in front of photographs that were painted over."""

    name: str
    sets: tuple[str, ...]
    figures: Path
    photographs: tuple[Path, ...] = ()

    def case(self, number: int) -> list[Pair]:
        """Return a match and its mismatches; `other hand` only where another set has the same characters."""
        rng = random.Random(f"{self.name} {number}")  # noqa: S311 - pictures must repeat
        chosen = rng.choice(self.sets)
        heroes = rng.choice((1, 1, 2, 3))
        names = rng.sample(self._characters(chosen), heroes + 3)
        page = self._page(rng, [self._figure(chosen, name) for name in names[:-1]], heroes)
        sheets = tuple(_sheet(figure, page.treatment, rng) for figure in page.figures[:heroes])
        wrong = rng.randrange(heroes)
        other_treatment = rng.choice([name for name in TREATMENTS if name != page.treatment])
        pages = {
            Kind.MATCH: page,
            Kind.OTHER_CHARACTER: _with_figure(page, wrong, self._figure(chosen, names[-1])),
            Kind.OTHER_COAT: _with_figure(page, wrong, _in_other_coat(page.figures[wrong], page.hidden[wrong], rng)),
            Kind.OTHER_STYLE: replace(page, treatment=other_treatment),
            **self._by_other_hand(page, chosen, names, rng),
        }
        return [Pair(self.name, number, kind, page.light, heroes, _draw(one), sheets) for kind, one in pages.items()]

    def _characters(self, chosen: str) -> list[str]:
        return sorted(path.stem for path in (self.figures / chosen).glob("*.png"))

    def _figure(self, chosen: str, name: str) -> Image.Image:
        with Image.open(self.figures / chosen / f"{name}.png") as opened:
            figure = opened.convert("RGBA")
        return figure.crop(figure.getchannel("A").getbbox())

    def _page(self, rng: random.Random, figures: Sequence[Image.Image], heroes: int) -> _Page:
        shown = [*figures[:heroes], *figures[heroes : heroes + rng.choice((0, 0, 1, 2))]]
        slot = SIDE // len(shown)
        places = rng.sample(range(len(shown)), len(shown))
        boxes = []
        for index, place in enumerate(places):
            size = rng.randint(230, 560) if index < heroes else rng.randint(140, 260)
            boxes.append((place * slot + slot // 2 + rng.randint(-40, 40), rng.randint(620, 1000), size))
        backdrop = photographed_scene(rng, self.photographs) if self.photographs else draw_scene(rng)
        return _Page(
            backdrop=backdrop,
            figures=tuple(shown),
            boxes=tuple(boxes),
            mirrored=tuple(rng.random() < 0.5 for _ in shown),
            hidden=tuple(rng.choice((0.0, 0.0, 0.15, 0.3)) for _ in shown),
            light=rng.choice(_LIGHTS),
            treatment=rng.choice(tuple(TREATMENTS)),
            seed=str(rng.random()),
            quality=rng.choice((None, None, 70, 88)),
        )

    def _by_other_hand(
        self, page: _Page, chosen: str, names: Sequence[str], rng: random.Random
    ) -> Mapping[Kind, _Page]:
        """Return the page with the same characters from another emoji set, when there is one that has them all."""
        shown = names[: len(page.figures)]
        others = [name for name in EMOJI if name != chosen and set(shown) <= set(self._characters(name))]
        if chosen not in EMOJI or not others:
            return {}
        other = rng.choice(others)
        return {Kind.OTHER_HAND: replace(page, figures=tuple(self._figure(other, name) for name in shown))}


def _with_figure(page: _Page, index: int, figure: Image.Image) -> _Page:
    return replace(page, figures=(*page.figures[:index], figure, *page.figures[index + 1 :]))


def _in_other_coat(figure: Image.Image, hidden: float, rng: random.Random) -> Image.Image:
    """Turn the hue of the most common visible vivid colour, and of similar colours, by a quarter or more.

    A figure with hardly any vivid colour gets one new colour all over.
    """
    alpha = figure.getchannel("A")
    hue, saturation, value = figure.convert("RGB").convert("HSV").split()
    seen = alpha.copy()
    seen.paste(0, (0, round(figure.height * (1 - hidden)), *figure.size))
    vivid = ImageChops.multiply(seen, saturation.point(lambda level: 255 if level > 70 else 0)).point(_mostly)
    counts = hue.histogram(vivid)
    near = [sum(counts[(level + step) % 256] for step in range(-14, 15)) for level in range(256)]
    most = max(range(256), key=lambda level: near[level])
    turn = rng.randint(64, 192)
    if near[most] >= 0.2 * seen.point(_mostly).histogram()[255]:
        turned = [level + turn * (abs((level - most + 128) % 256 - 128) <= 14) for level in range(256)]
        coated = Image.merge("HSV", (hue.point([level % 256 for level in turned]), saturation, value)).convert("RGB")
    else:
        coated = ImageOps.colorize(figure.convert("L"), "black", "white", mid=f"hsv({360 * turn // 256}, 67%, 75%)")
    coated.putalpha(alpha)
    return coated


def _mostly(level: int) -> int:
    return 255 if level > 127 else 0


def _sheet(figure: Image.Image, treatment: str, rng: random.Random) -> bytes:
    picture = Image.new("RGB", (SIDE, SIDE), rng.choice(_PAPERS))
    _stand(picture, figure, (SIDE // 2, 960, 860))
    return _encoded(TREATMENTS[treatment](picture, random.Random(str(rng.random()))), None)  # noqa: S311 - as above


def _draw(page: _Page) -> bytes:
    rng = random.Random(page.seed)  # noqa: S311 - as above
    picture = page.backdrop.copy()
    for index in reversed(range(len(page.figures))):
        figure = ImageOps.mirror(page.figures[index]) if page.mirrored[index] else page.figures[index]
        kept = figure.crop((0, 0, figure.width, round(figure.height * (1 - page.hidden[index]))))
        _stand(picture, kept, page.boxes[index])
    treated = TREATMENTS[page.treatment](in_light(picture, page.light), rng)
    return _encoded(grained(treated, rng, 1.5) if page.quality else treated, page.quality)


def _stand(picture: Image.Image, figure: Image.Image, box: tuple[int, int, int]) -> None:
    x, foot, size = box
    scale = size / max(figure.size)
    small = figure.resize((max(1, round(figure.width * scale)), max(1, round(figure.height * scale))))
    picture.paste(small, (x - small.width // 2, foot - small.height), small)


def _encoded(picture: Image.Image, quality: int | None) -> bytes:
    content = io.BytesIO()
    options: Mapping[str, int] = {"compress_level": 1} if quality is None else {"quality": quality}
    picture.save(content, "PNG" if quality is None else "JPEG", **options)
    return content.getvalue()
