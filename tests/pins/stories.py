"""The stories of the pins: small ones, given in full here so that no other test's story changes a golden file."""

from __future__ import annotations

import json
from pathlib import Path

_SAMPLES = Path(__file__).parents[2] / "events"
MIRA = {"name": "Mira", "traits": ["a small girl", "curly red hair", "a yellow raincoat"], "views": ["portrait"]}
TOCK = {"name": "Tock", "traits": ["a brass clockwork owl"], "description": "He ticks.", "views": []}


def page(number: int, *names: str, text: str = "They walk through the forest.", **more: object) -> dict[str, object]:
    return {"page_number": number, "text": text, "characters": list(names), **more}


def story(story_id: str, **fields: object) -> dict[str, object]:
    """Return a story of one page without characters; every argument replaces a field."""
    document: dict[str, object] = {
        "schema_version": "1.0",
        "story_id": story_id,
        "title": "The Lantern",
        "language": "en",
        "style": "soft watercolour",
        "characters": [],
        "pages": [page(1)],
        "size": "1024x640",
    }
    return {**document, **fields}


BOOK_PAGES = [
    page(1, text="The lantern waits <in> the reeds & glows."),
    page(2, "Mira", scene="A girl lifts a lantern out of the reeds at dusk."),
    page(3, "Mira", "Tock", text="„Wohin?“ fragt Tock."),
]


def book() -> dict[str, object]:
    """Return a story with all that a picture depends on: two characters, a further view, pages with 0 to 2 of them."""
    return story("lantern", characters=[MIRA, TOCK], pages=BOOK_PAGES, max_cost_usd=2.5)


def sample(name: str) -> dict[str, object]:
    """Return a document of `events/`."""
    document: dict[str, object] = json.loads((_SAMPLES / name).read_bytes())
    return document


def sample_stories() -> list[str]:
    return sorted(file.name for file in (_SAMPLES / "stories").glob("*.json"))
