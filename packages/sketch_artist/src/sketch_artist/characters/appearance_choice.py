"""Decides how each character of a picture looks: from its reference picture, else from the prompt and at random.

The seed of that randomness is the whole prompt. So without references the same character differs from page to page, as
with a real model. A reference fixes its appearance.
"""

import hashlib
import io
import random
import re
from dataclasses import replace
from typing import Any

from PIL import Image

from sketch_artist.appearance import Appearance, invent_appearance
from sketch_artist.characters.foreign_reference import appearance_from_any_picture
from sketch_artist.characters.sheet_strip import read_strip
from sketch_artist.colours import NAMED_COLOURS, lighter, vary
from sketch_artist.prompt.character_reading import CharacterBrief, read_characters
from sketch_artist.species import HUMANS

# Matches "reference picture 2 shows Bramble; reference picture 3 shows Maren (portrait)": the brackets name a view.
_SHOWS = re.compile(r"reference picture (\d+) shows ([^;\n]+?)(?: \([^)]*\))?(?=;|\. Keep|\.?$)", re.MULTILINE)
OPEN_SPECIES = ("girl", "boy", "fox", "rabbit", "bear", "cat", "mouse")


def choose_appearances(prompt: str, references: tuple[bytes, ...], variant: int) -> list[Appearance]:
    """Return one appearance per character, in the order of the prompt.

    The prompt may name the character that each reference shows. Where it does not, the first reference shows the first
    character, and so on. Raises `OSError` for a reference that Pillow cannot read.
    """
    briefs = read_characters(prompt)
    shown = {name.casefold(): int(number) - 1 for number, name in reversed(_SHOWS.findall(prompt))}
    if not shown:
        briefs += [CharacterBrief(f"reference {number}") for number in range(len(briefs), min(len(references), 5))]
    appearances = []
    for index, brief in enumerate(briefs):
        rng = seeded(prompt, variant, "look", index)  # part of the seed: renaming it changes every picture
        number = shown.get(brief.name.casefold(), len(references)) if shown else index
        reference = references[number] if number < len(references) else None
        appearances.append(
            _appearance_from_words(brief, rng) if reference is None else _appearance_from_reference(brief, reference)
        )
    return appearances


def seeded(*parts: object) -> random.Random:
    """Return a generator whose seed depends only on `parts`."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return random.Random(digest)  # noqa: S311 - equal requests must give equal pictures


def _appearance_from_reference(brief: CharacterBrief, content: bytes) -> Appearance:
    with Image.open(io.BytesIO(content)) as opened:
        picture = _on_white(opened)
    appearance = read_strip(picture)
    if appearance is None:
        from_words = _appearance_from_words(brief, seeded(hashlib.sha256(content).hexdigest()))
        return appearance_from_any_picture(picture, from_words)
    return appearance if brief.species is None else replace(appearance, species=brief.species)


def _on_white(opened: Image.Image) -> Image.Image:
    picture = opened.convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def _appearance_from_words(brief: CharacterBrief, rng: random.Random) -> Appearance:
    species = brief.species or rng.choice(OPEN_SPECIES)
    appearance = invent_appearance(species, rng)
    colours: dict[str, Any] = {name: vary(colour, rng, 26) for name, colour in brief.colours.items()}
    if "outfit" in colours:
        colours["pattern_colour"] = lighter(colours["outfit"], 0.6)
    if species in ("grandmother", "grandfather") and "hair" not in colours:
        colours["hair"] = vary(NAMED_COLOURS["silver"], rng, 12)
    appearance = replace(
        appearance,
        size=brief.size or appearance.size,
        hair_style=brief.hair_style or appearance.hair_style,
        pattern=brief.pattern or appearance.pattern,
        headwear=brief.headwear or appearance.headwear,
        outfit_kind=_outfit(brief, appearance),
        scarf=brief.scarf or (appearance.scarf and not brief.headwear),
        glasses=brief.glasses,
        bag=brief.bag or appearance.bag,
        **colours,
    )
    return appearance if brief.headwear or species not in HUMANS else replace(appearance, headwear=_open_headwear(rng))


def _outfit(brief: CharacterBrief, appearance: Appearance) -> str:
    if appearance.kind.outfits == ("bare",):
        return "cloak" if brief.outfit_kind == "cloak" else "bare"
    return brief.outfit_kind or appearance.outfit_kind


def _open_headwear(rng: random.Random) -> str:
    return rng.choice(("none", "none", "none", "none", "bow", "beanie"))
