"""The kinds of characters that can be drawn, and the words that name them."""

from dataclasses import dataclass
from functools import cache

from sketch_artist.colours import Colour

CREAM: Colour = (250, 238, 216)
WHITE: Colour = (248, 244, 238)


@dataclass(frozen=True)
class Species:
    """One kind of character: how its head is drawn, its natural coats, its size and its usual clothes."""

    name: str
    head: str
    coats: tuple[Colour, ...]
    light: Colour = CREAM
    size: str = "small"
    outfits: tuple[str, ...] = ("bare", "coat", "sweater", "dungarees")
    hair_styles: tuple[str, ...] = ()


_GIRL_HAIR = ("bob", "long", "curly", "braids", "bun", "ponytail")
_BOY_HAIR = ("short", "spiky", "curly", "short")
_SKIN: tuple[Colour, ...] = ((240, 192, 154),)
_GREYS: tuple[Colour, ...] = ((150, 152, 162), (126, 128, 140))
_BROWNS: tuple[Colour, ...] = ((150, 104, 72), (122, 84, 60), (178, 130, 90))
_FOX: tuple[Colour, ...] = ((226, 120, 56), (214, 104, 48), (232, 140, 74))

# A sheet's beads encode a species as its index in this tuple: append only.
ALL_SPECIES = (
    Species("girl", "human", _SKIN, outfits=("coat", "dress", "dungarees", "sweater"), hair_styles=_GIRL_HAIR),
    Species("boy", "human", _SKIN, outfits=("coat", "dungarees", "sweater"), hair_styles=_BOY_HAIR),
    Species("woman", "human", _SKIN, size="tall", outfits=("coat", "dress", "sweater"), hair_styles=_GIRL_HAIR),
    Species("man", "human", _SKIN, size="tall", outfits=("coat", "sweater"), hair_styles=_BOY_HAIR),
    Species("grandmother", "human", _SKIN, size="medium", outfits=("dress", "coat"), hair_styles=("bun", "bob")),
    Species("grandfather", "human", _SKIN, size="medium", outfits=("sweater", "coat"), hair_styles=("short",)),
    Species("fox", "fox", _FOX),
    Species("wolf", "fox", _GREYS, size="medium"),
    Species("bear", "bear", _BROWNS, size="tall"),
    Species("rabbit", "rabbit", ((214, 196, 180), (178, 150, 128), (236, 226, 216))),
    Species("mouse", "mouse", ((168, 160, 166), (186, 164, 150), (142, 134, 146)), size="tiny"),
    Species("cat", "cat", ((232, 150, 78), (122, 120, 132), (236, 220, 196), (92, 84, 96))),
    Species("dog", "dog", ((202, 152, 98), (168, 118, 78), (232, 206, 166))),
    Species("owl", "owl", ((150, 112, 84), (176, 138, 100), (118, 108, 126)), outfits=("bare",)),
    Species("bird", "bird", ((96, 154, 204), (226, 110, 88), (242, 196, 84)), size="tiny", outfits=("bare",)),
    Species("penguin", "bird", ((70, 78, 104),), light=WHITE, outfits=("bare",)),
    Species("duck", "bird", ((246, 206, 90), (244, 236, 220)), outfits=("bare",)),
    Species("hedgehog", "hedgehog", ((150, 112, 86), (130, 98, 80)), size="tiny"),
    Species("dragon", "dragon", ((98, 166, 108), (206, 88, 84), (104, 134, 196)), outfits=("bare",)),
    Species("robot", "robot", ((148, 176, 190), (196, 160, 110), (170, 180, 196)), outfits=("bare",)),
    Species("badger", "badger", ((112, 114, 124),), light=WHITE),
    Species("squirrel", "squirrel", ((190, 104, 58), (170, 92, 56))),
    Species("frog", "frog", ((122, 178, 92), (98, 164, 106)), light=(228, 238, 190)),
    Species("turtle", "turtle", ((140, 176, 110), (118, 162, 118)), light=(232, 226, 170), outfits=("bare",)),
    Species("lion", "lion", ((232, 178, 98),), size="medium"),
    Species("deer", "deer", ((190, 136, 92), (170, 118, 80)), size="medium"),
    Species("pig", "pig", ((240, 178, 172),), light=(246, 200, 196)),
    Species("sheep", "sheep", ((246, 240, 228),), light=(226, 204, 184)),
    Species("elephant", "elephant", ((158, 166, 182),), light=(226, 190, 190), size="tall"),
)

HUMANS = frozenset(kind.name for kind in ALL_SPECIES if kind.head == "human")

WORDS = {
    "princess": "girl",
    "fairy": "girl",
    "sister": "girl",
    "daughter": "girl",
    "mermaid": "girl",
    "prince": "boy",
    "brother": "boy",
    "son": "boy",
    "child": "boy",
    "knight": "boy",
    "lad": "boy",
    "mother": "woman",
    "lady": "woman",
    "queen": "woman",
    "witch": "woman",
    "aunt": "woman",
    "teacher": "woman",
    "father": "man",
    "king": "man",
    "wizard": "man",
    "uncle": "man",
    "sailor": "man",
    "farmer": "man",
    "baker": "man",
    "captain": "man",
    "giant": "man",
    "gardener": "man",
    "fisherman": "man",
    "pirate": "man",
    "grandma": "grandmother",
    "granny": "grandmother",
    "grandpa": "grandfather",
    "grandad": "grandfather",
    "keeper": "grandfather",
    "bunny": "rabbit",
    "hare": "rabbit",
    "kitten": "cat",
    "puppy": "dog",
    "cub": "bear",
    "owlet": "owl",
    "sparrow": "bird",
    "robin": "bird",
    "raven": "bird",
    "crow": "bird",
    "parrot": "bird",
    "seagull": "bird",
    "gull": "bird",
    "puffin": "penguin",
    "duckling": "duck",
    "goose": "duck",
    "swan": "duck",
    "hen": "bird",
    "chick": "duck",
    "automaton": "robot",
    "machine": "robot",
    "vixen": "fox",
    "rat": "mouse",
    "dormouse": "mouse",
    "vole": "mouse",
    "mole": "mouse",
    "otter": "badger",
    "raccoon": "badger",
    "toad": "frog",
    "tortoise": "turtle",
    "stag": "deer",
    "fawn": "deer",
    "moose": "deer",
    "piglet": "pig",
    "lamb": "sheep",
    "goat": "sheep",
    "tiger": "cat",
    "beaver": "squirrel",
    "chipmunk": "squirrel",
    "lizard": "dragon",
    "girls": "girl",
    "boys": "boy",
    "teddy": "bear",
    "hound": "dog",
    "wolves": "wolf",
    "mice": "mouse",
}


@cache
def species_words() -> dict[str, str]:
    """Return every word that names a species, with the species it names."""
    return {**{kind.name: kind.name for kind in ALL_SPECIES}, **WORDS}


def find_species(name: str) -> Species:
    """Return the species of that name; raises `KeyError` for one that cannot be drawn."""
    for kind in ALL_SPECIES:
        if kind.name == name:
            return kind
    raise KeyError(name)
