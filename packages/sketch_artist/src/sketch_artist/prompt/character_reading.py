"""Reads from a prompt who is in the picture, and which traits of each character its words fix.

A prompt may describe characters in `Name: description` lines (after a dash, `Character:` or `Characters:`). In a prompt
without such lines, every mention of a kind of character in running text (a fox, an old man) counts as one.
"""

import re
from dataclasses import dataclass, field

from sketch_artist.colours import NAMED_COLOURS, Colour
from sketch_artist.species import HUMANS, species_words

MOST_CHARACTERS = 5
_NAME = r"[^\W\d_a-z][\w'\u2019.\- ]{0,40}?"
_LINE = re.compile(rf"^[ \t]*(?:[-*•]|\d+[.)]|Character:)[ \t]*({_NAME}):[ \t]+(\S.*)$", re.MULTILINE)
_SECTION = re.compile(r"\bCharacters?:\s*(.+)", re.IGNORECASE)
_IN_SECTION = re.compile(rf"(?:^|(?<=[.;]))\s*({_NAME}):\s+")
_STORY_WORDS = re.compile(r"(?:The picture shows|Scene|Page text)\s*:", re.IGNORECASE)

CLOTHING = {
    **dict.fromkeys(
        ("coat", "raincoat", "jacket", "cardigan", "waistcoat", "vest", "parka", "robe", "uniform"), "coat"
    ),
    **dict.fromkeys(("dress", "gown", "nightgown", "pinafore", "apron", "skirt"), "dress"),
    **dict.fromkeys(("dungarees", "overalls", "overall"), "dungarees"),
    **dict.fromkeys(("sweater", "jumper", "shirt", "tunic", "pullover", "blouse", "pyjamas", "tshirt"), "sweater"),
    **dict.fromkeys(("cloak", "cape", "poncho", "shawl"), "cloak"),
}
HATS = {
    "beanie": "beanie",
    "bobble": "beanie",
    "woolly": "beanie",
    "hat": "wide_hat",
    "cap": "cap",
    "hood": "beanie",
    "helmet": "cap",
    "crown": "crown",
    "tiara": "crown",
    "bow": "bow",
    "ribbon": "bow",
    "flower": "flower",
    "pointed": "pointed_hat",
    "pointy": "pointed_hat",
    "wizard": "pointed_hat",
    "witch": "pointed_hat",
}
HAIR = {
    "curly": "curly",
    "curls": "curly",
    "frizzy": "curly",
    "braids": "braids",
    "braid": "braids",
    "plaits": "braids",
    "pigtails": "braids",
    "bun": "bun",
    "ponytail": "ponytail",
    "spiky": "spiky",
    "messy": "spiky",
    "tousled": "spiky",
    "bob": "bob",
}
PATTERNS = {
    "dotted": "dots",
    "spotted": "dots",
    "polka": "dots",
    "dots": "dots",
    "striped": "stripes",
    "stripes": "stripes",
    "checked": "checks",
    "plaid": "checks",
    "tartan": "checks",
    "hearts": "hearts",
}
SIZES = {
    **dict.fromkeys(("small", "little", "young"), "small"),
    **dict.fromkeys(("tiny", "wee", "minute"), "tiny"),
    **dict.fromkeys(("tall", "big", "large", "huge", "giant", "enormous"), "tall"),
}
COLOURED = {
    **dict.fromkeys(
        ("hair", "curls", "braids", "braid", "plaits", "pigtails", "ponytail", "beard", "bun", "mane"), "hair"
    ),
    **dict.fromkeys(("fur", "feathers", "skin", "scales", "plumage", "body", "shell", "spines", "wings"), "coat"),
    **dict.fromkeys(("belly", "muzzle", "chest", "face"), "light"),
    **dict.fromkeys(("eyes",), "eyes"),
    **dict.fromkeys((word for word in CLOTHING if word != "skirt"), "outfit"),
    **dict.fromkeys(("trousers", "pants", "jeans", "shorts", "tights", "leggings", "skirt", "socks"), "trim"),
    **dict.fromkeys(("scarf", "kerchief", "bandana", "collar", "tie", "shawl", "necktie"), "accent"),
    **dict.fromkeys(("hat", "cap", "beanie", "bow", "ribbon", "crown", "hood", "helmet", "flower"), "hat"),
    **dict.fromkeys(("boots", "boot", "shoes", "wellies", "wellingtons", "slippers", "sandals"), "boots"),
}
HAIR_COLOURS: dict[str, Colour] = {
    "red": (196, 88, 44),
    "orange": (208, 104, 48),
    "golden": (230, 188, 104),
    "brown": (122, 82, 56),
    "black": (58, 50, 58),
    "grey": (176, 178, 186),
    "gray": (176, 178, 186),
    "white": (240, 238, 234),
}
REACH = 3  # a colour word belongs to the thing named at most this many words later


@dataclass
class CharacterBrief:
    """The traits of one character that the prompt fixes; None, False and absent keys mean that it does not say."""

    name: str
    species: str | None = None
    size: str | None = None
    colours: dict[str, Colour] = field(default_factory=dict)
    hair_style: str | None = None
    outfit_kind: str | None = None
    pattern: str | None = None
    headwear: str | None = None
    scarf: bool = False
    glasses: bool = False
    bag: bool = False


def read_characters(prompt: str) -> list[CharacterBrief]:
    """Return the characters in the order of the prompt, at most five."""
    described = _described(prompt)
    if described:
        return [read_description(name, text) for name, text in described[:MOST_CHARACTERS]]
    return _mentioned(prompt)[:MOST_CHARACTERS]


def without_descriptions(prompt: str) -> str:
    """Return the prompt without the lines that describe characters, so that only words about the place remain."""
    remaining = _LINE.sub(" ", prompt)
    return _SECTION.sub(" ", remaining)


def _described(prompt: str) -> list[tuple[str, str]]:
    lines = [(match[1].strip(), match[2]) for match in _LINE.finditer(prompt)]
    if lines:
        return lines
    section = _SECTION.search(prompt)
    if section is None:
        return []
    parts = _IN_SECTION.split(_STORY_WORDS.split(section[1])[0])
    return list(zip((name.strip() for name in parts[1::2]), parts[2::2], strict=True))


def _mentioned(prompt: str) -> list[CharacterBrief]:
    """Find kinds of characters in running text; the words around a mention describe it."""
    words = _words(prompt)
    briefs: dict[str, CharacterBrief] = {}
    for index, word in enumerate(words):
        species = species_words().get(word)
        if species is not None and species not in briefs:
            around = " ".join(words[max(0, index - 4) : index + 16])
            briefs[species] = read_description(word, around)
            briefs[species].species = species
            _age(briefs[species], words[max(0, index - 2) : index])
    return list(briefs.values())


def read_description(name: str, text: str) -> CharacterBrief:
    """Return the traits that `text` fixes for the character `name`; of two words for one trait the first counts."""
    brief = CharacterBrief(name)
    words = _words(text)
    for index, word in enumerate(words):
        _note_word(brief, word)
        if word in NAMED_COLOURS:
            _note_colour(brief, word, words[index + 1 : index + 1 + REACH])
    if brief.species is None:
        brief.species = next((species_words()[word] for word in _words(name) if word in species_words()), None)
    _age(brief, words)
    if "very small" in text.lower():
        brief.size = "tiny"
    return brief


def _note_word(brief: CharacterBrief, word: str) -> None:
    brief.species = brief.species or species_words().get(word)
    brief.size = brief.size or SIZES.get(word)
    brief.hair_style = brief.hair_style or HAIR.get(word)
    brief.outfit_kind = brief.outfit_kind or CLOTHING.get(word)
    brief.pattern = brief.pattern or PATTERNS.get(word)
    brief.headwear = brief.headwear or HATS.get(word)
    brief.scarf = brief.scarf or COLOURED.get(word) == "accent"
    brief.glasses = brief.glasses or word in ("glasses", "spectacles", "goggles", "monocle")
    brief.bag = brief.bag or word in ("bag", "satchel", "backpack", "rucksack", "knapsack")


def _note_colour(brief: CharacterBrief, name: str, following: list[str]) -> None:
    for word in following:
        colour = HAIR_COLOURS.get(name, NAMED_COLOURS[name]) if COLOURED.get(word) == "hair" else NAMED_COLOURS[name]
        species = species_words().get(word)
        if word in COLOURED:
            brief.colours.setdefault(COLOURED[word], colour)
            return
        if species is not None and species not in HUMANS:
            brief.colours.setdefault("coat", colour)
            return


def _age(brief: CharacterBrief, words: list[str]) -> None:
    if {"old", "elderly", "aged"} & set(words):
        older = {"man": "grandfather", "woman": "grandmother"}
        brief.species = older.get(brief.species or "", brief.species)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower().replace("-haired", " hair").replace("-furred", " fur"))
