"""Reads from a prompt where and when the scene is, and which things stand in it."""

import re
from dataclasses import dataclass

from sketch_artist.prompt.character_reading import without_descriptions

_STAGING = re.compile(r"(?:The picture shows|Scene)\s*:\s*(.+)", re.IGNORECASE)
_TEXT = re.compile(r"(?:Page text|Story text|Text|Page \d+)\s*:\s*(.+)", re.IGNORECASE)
_SHEET = re.compile(
    r"character sheet|model sheet|reference sheet|full[- ]figure|full[- ]body|reference picture of one|character alone",
    re.IGNORECASE,
)
_ALONE = re.compile(r"reference picture of one|character alone", re.IGNORECASE)
_PORTRAIT = re.compile(r"portrait of head|head and shoulders", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:no|without|not a)\s+\w+", re.IGNORECASE)

PLACES = {
    "forest": "forest forests wood woods woodland trees grove jungle clearing hollow ferns fern oak pines fir",
    "sea": "sea ocean harbour harbor ship sail sailing waves lighthouse island quay pier underway boat tide",
    "beach": "beach shore sand seaside dunes shell shells coast",
    "mountain": "mountain mountains peak summit cliff hill hills ridge valley pass rocks",
    "meadow": "meadow field fields grass pasture picnic farm orchard park heath",
    "village": "village cottage cottages lane farmhouse mill windmill barn house houses street doorstep",
    "town": "town city streets rooftops roof roofs square tower towers market stall stalls bakery shop plaza",
    "room": "room kitchen bedroom bed indoors inside attic parlour hearth workshop table armchair classroom school",
    "library": "library bookshop bookshelf bookshelves shelves archive",
    "castle": "castle palace fortress throne knights kingdom drawbridge",
    "garden": "garden flowerbed greenhouse roses vegetable hedge gate flowerbeds",
    "river": "river stream brook lake pond bridge waterfall creek bank reeds",
    "desert": "desert camel oasis cactus pyramid canyon",
    "cave": "cave cavern tunnel underground grotto mine",
    "clouds": "clouds flying flew fly soaring above airship",
    "space": "space rocket planet planets spaceship astronaut galaxy comet",
}
TIMES = {
    "night": "night midnight moon moonlight moonlit stars starry dark darkness bedtime lantern-light asleep",
    "sunset": "sunset dusk evening twilight sundown golden-hour",
    "dawn": "dawn sunrise morning daybreak",
    "day": "noon midday sunny afternoon daylight",
}
WEATHERS = {
    "snow": "snow snowy winter snowflakes ice icy frost snowman blizzard",
    "rain": "rain rainy raining storm stormy thunder puddle puddles drizzle umbrella",
    "fog": "fog foggy mist misty haze",
    "autumn": "autumn fall october leaves harvest",
    "wind": "wind windy breeze gust",
}
PROPS = {
    "lantern": "lantern lanterns lamp lamplight torch",
    "boat": "boat ship sailboat raft canoe sail",
    "kite": "kite",
    "balloon": "balloon balloons airship",
    "fire": "fire campfire bonfire fireplace",
    "book": "book books diary story storybook letter",
    "map": "map chart scroll",
    "key": "key keys",
    "door": "door doorway gate portal",
    "butterfly": "butterfly butterflies moth moths firefly",
    "fireflies": "fireflies glowworms sparks fairies",
    "birds": "birds gulls swallows geese seagulls",
    "flowers": "flowers flower blossom blossoms daisies tulips roses sunflower poppies",
    "mushrooms": "mushroom mushrooms toadstool toadstools",
    "rainbow": "rainbow",
    "cake": "cake pie birthday bread",
    "chest": "chest treasure box trunk",
    "clock": "clock tower-clock clockwork",
    "snowman": "snowman",
    "apple": "apple apples pear pears",
    "star": "star wish comet",
    "drum": "drum music bell bells",
    "basket": "basket picnic",
    "signpost": "signpost crossroads path",
    "bridge": "bridge",
    "lighthouse": "lighthouse beacon",
    "house": "house cottage hut cabin",
    "stall": "stall stalls market",
    "umbrella": "umbrella",
}
MOST_PROPS = 5


@dataclass(frozen=True)
class Scene:
    """The scene of a prompt: keys of `PLACES`, `TIMES`, `WEATHERS` (or "clear") and `PROPS`.

    `sheet` means one character alone on a plain ground, `portrait` its head and shoulders.
    """

    place: str
    time: str
    weather: str
    props: tuple[str, ...]
    sheet: bool
    portrait: bool = False


def read_scene(prompt: str, *, has_references: bool) -> Scene:
    """Return the scene of the prompt.

    Words that follow "Scene:" or "The picture shows:" count four times as much as words of the page text. Descriptions
    of characters do not count. With references a sheet is recognised only when the prompt asks for a character alone.
    """
    staging, page_texts = _STAGING.findall(prompt), _TEXT.findall(prompt)
    portrait = bool(_PORTRAIT.search(prompt))
    is_alone = bool(_ALONE.search(prompt) if has_references else _SHEET.search(prompt))
    sheet = is_alone and not staging and not page_texts
    weighted = [(text, 4) for text in staging] + [(text, 1) for text in page_texts]
    weighted = weighted or [(without_descriptions(prompt), 1)]
    weights = _weigh(weighted)
    weather = _best(WEATHERS, weights, "clear")
    return Scene(
        place=_best(PLACES, weights, "meadow"),
        time=_best(TIMES, weights, "day"),
        weather=weather,
        props=_named(_weigh([(text, 1) for text in staging]) if staging else weights),
        sheet=sheet,
        portrait=sheet and portrait,
    )


def _weigh(weighted: list[tuple[str, int]]) -> dict[str, float]:
    """Return each word's weight: earlier words count a little more."""
    weights: dict[str, float] = {}
    for text, weight in weighted:
        for position, word in enumerate(re.findall(r"[a-z-]+", _NEGATED.sub(" ", text).lower())):
            weights[word] = weights.get(word, 0.0) + weight * (1 + 1 / (2 + position))
    return weights


def _best(choices: dict[str, str], weights: dict[str, float], otherwise: str) -> str:
    scores = {name: sum(weights.get(word, 0.0) for word in words.split()) for name, words in choices.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else otherwise


def _named(weights: dict[str, float]) -> tuple[str, ...]:
    scores = {name: sum(weights.get(word, 0.0) for word in words.split()) for name, words in PROPS.items()}
    named = sorted((name for name in scores if scores[name] > 0), key=lambda name: -scores[name])
    return tuple(named[:MOST_PROPS])
