"""Pairs drawn by the local image service, with the prompts that our functions compose.

Without references the renderer, like a real model, invents what the words leave open; that makes a realistic mismatch.
Its style is always the same, so another style is applied to the finished page.
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

from PIL import Image

from benchmarks.likeness.pairs import Kind, Pair
from benchmarks.likeness.treatments import TREATMENTS
from picturebook.models.messages import PageContent
from picturebook.models.story import Character
from picturebook.prompts.picture_prompt import character_parts, page_parts, render_prompt
from sketch_artist import Encoding, SketchRequest, draw_picture

NAME = "own renderer"
_SIDE = 1024
_STYLE = "cut paper with soft shadows"
_CAST = (
    ("Mira", "a small girl with curly hair"),
    ("Rusty", "a fox with a long scarf"),
    ("Otto", "a tall bear in a waistcoat"),
    ("Lena", "a girl in a red coat"),
    ("Tom", "a boy in dungarees with a cap"),
    ("Hazel", "a rabbit in a striped jumper"),
    ("Ida", "a grandmother with a bun and glasses"),
    ("Pip", "a tiny mouse with a green cloak"),
    ("Nori", "a cat with a flower"),
    ("Ben", "a boy in a yellow raincoat"),
    ("Ada", "a girl with braids in a dotted dress"),
    ("Bruno", "a dog with a blue hat"),
)
# The light of a scene, by the words that make the renderer draw it.
_SCENES = (
    ("day", "a sunny meadow with flowers"),
    ("day", "a village street by day with a market stall"),
    ("day", "a kitchen with a table"),
    ("day", "a beach with shells"),
    ("dusk", "a mountain path at sunset"),
    ("dusk", "a garden gate at dawn"),
    ("night", "a forest clearing at night with a lantern"),
    ("night", "a harbour under the midnight moon"),
    ("night", "a snowy town square at night"),
    ("fog", "a river bank in the fog"),
)


class OwnRenderer:
    """The pairs that the local image service draws."""

    name = NAME

    def case(self, number: int) -> list[Pair]:
        """Return a match and its mismatches; `other coat` is the page drawn without references."""
        rng = random.Random(f"{NAME} {number}")  # noqa: S311 - pictures must repeat
        *cast, stranger = [Character(name=name, traits=(looks,)) for name, looks in rng.sample(_CAST, 4)]
        cast = cast[: rng.choice((1, 1, 2, 3))]
        light, scene = rng.choice(_SCENES)
        page = PageContent(page_number=number + 1, text="They look at each other and smile.", scene=scene)
        strange, *sheets = (
            _drawn(render_prompt(character_parts(one, style=_STYLE, title=f"{number}"))) for one in (stranger, *cast)
        )
        prompt = render_prompt(page_parts(page, cast, style=_STYLE), [one.name for one in cast])
        wrong = rng.randrange(len(cast))
        match = _drawn(prompt, sheets)
        pictures = {
            Kind.MATCH: match,
            Kind.OTHER_CHARACTER: _drawn(prompt, [*sheets[:wrong], strange, *sheets[wrong + 1 :]]),
            Kind.OTHER_COAT: _drawn(render_prompt(page_parts(page, cast, style=_STYLE))),
            Kind.OTHER_STYLE: _treated(match, rng),
        }
        return [Pair(NAME, number, kind, light, len(cast), drawn, tuple(sheets)) for kind, drawn in pictures.items()]


def _drawn(prompt: str, references: Sequence[bytes] = ()) -> bytes:
    order = SketchRequest(prompt=prompt, width=_SIDE, height=_SIDE, references=tuple(references), encoding=Encoding())
    return draw_picture(order)


def _treated(picture: bytes, rng: random.Random) -> bytes:
    treatment = TREATMENTS[rng.choice([name for name in TREATMENTS if name != "as it is"])]
    content = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        treatment(opened.convert("RGB"), rng).save(content, "PNG", compress_level=1)
    return content.getvalue()
