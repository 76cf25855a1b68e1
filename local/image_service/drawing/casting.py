"""Decides how each character of a picture looks: from its reference image, else from words and chance.

What words leave open is drawn from the whole prompt, so without references the same hero differs from page
to page, as with a real model; a reference fixes it.
"""

import hashlib
import io
import random
import re
from dataclasses import replace
from typing import Any

from PIL import Image

from local.image_service.drawing.character_reading import CharacterBrief, read_characters
from local.image_service.drawing.colours import NAMED, lighter, vary
from local.image_service.drawing.foreign_reference import look_from_any_picture
from local.image_service.drawing.look import Look, imagine_look
from local.image_service.drawing.sheet_strip import read_strip
from local.image_service.drawing.species import HUMANS

# As our own prompts say it: number 2 shows Bramble, number 3 shows Maren, with the view in brackets behind the name.
_SHOWS = re.compile(r"reference picture (\d+) shows ([^;\n]+?)(?: \([^)]*\))?(?=;|\. Keep|\.?$)", re.MULTILINE)
OPEN_SPECIES = ("girl", "boy", "fox", "rabbit", "bear", "cat", "mouse")


def cast_characters(prompt: str, references: tuple[bytes, ...], variant: int) -> list[Look]:
    """Return the looks in the order of the prompt.

    Whom a reference shows the prompt says by name; where it does not, the first one shows the first character.
    """
    briefs = read_characters(prompt)
    shown = {name.casefold(): int(number) - 1 for number, name in reversed(_SHOWS.findall(prompt))}
    if not shown:
        briefs += [CharacterBrief(f"reference {number}") for number in range(len(briefs), min(len(references), 5))]
    looks = []
    for index, brief in enumerate(briefs):
        rng = seeded(prompt, variant, "look", index)
        number = shown.get(brief.name.casefold(), len(references)) if shown else index
        reference = references[number] if number < len(references) else None
        looks.append(_look_from_words(brief, rng) if reference is None else _look_from_reference(brief, reference))
    return looks


def seeded(*parts: object) -> random.Random:
    """Return randomness that depends on nothing but the parts."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return random.Random(digest)  # noqa: S311 - pictures must repeat, not surprise


def _look_from_reference(brief: CharacterBrief, content: bytes) -> Look:
    with Image.open(io.BytesIO(content)) as opened:
        picture = _on_white(opened)
    look = read_strip(picture)
    if look is None:
        worded = _look_from_words(brief, seeded(hashlib.sha256(content).hexdigest()))
        return look_from_any_picture(picture, worded)
    return look if brief.species is None else replace(look, species=brief.species)


def _on_white(opened: Image.Image) -> Image.Image:
    picture = opened.convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def _look_from_words(brief: CharacterBrief, rng: random.Random) -> Look:
    species = brief.species or rng.choice(OPEN_SPECIES)
    look = imagine_look(species, rng)
    colours: dict[str, Any] = {name: vary(colour, rng, 26) for name, colour in brief.colours.items()}
    if "outfit" in colours:
        colours["pattern_colour"] = lighter(colours["outfit"], 0.6)
    if species in ("grandmother", "grandfather") and "hair" not in colours:
        colours["hair"] = vary(NAMED["silver"], rng, 12)
    look = replace(
        look,
        size=brief.size or look.size,
        hair_style=brief.hair_style or look.hair_style,
        pattern=brief.pattern or look.pattern,
        headwear=brief.headwear or look.headwear,
        outfit_kind=_outfit(brief, look),
        scarf=brief.scarf or (look.scarf and not brief.headwear),
        glasses=brief.glasses,
        bag=brief.bag or look.bag,
        **colours,
    )
    return look if brief.headwear or species not in HUMANS else replace(look, headwear=_open_headwear(rng))


def _outfit(brief: CharacterBrief, look: Look) -> str:
    if look.kind.outfits == ("bare",):
        return "cloak" if brief.outfit_kind == "cloak" else "bare"
    return brief.outfit_kind or look.outfit_kind


def _open_headwear(rng: random.Random) -> str:
    return rng.choice(("none", "none", "none", "none", "bow", "beanie"))
