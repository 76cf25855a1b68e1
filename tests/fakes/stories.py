"""Stories for tests, small and valid; every argument replaces a field."""

from __future__ import annotations

import json

from picturebook.models.parsing import parse_json
from picturebook.models.story import Story

# Of each the full figure alone: what concerns further views asks for them.
MIRA: dict[str, object] = {
    "name": "Mira",
    "traits": ["a small girl", "curly red hair", "a yellow raincoat"],
    "views": [],
}
TOCK: dict[str, object] = {"name": "Tock", "traits": ["a brass clockwork owl"], "views": []}


def page(number: int, *names: str, text: str = "They walk through the forest.") -> dict[str, object]:
    return {"page_number": number, "text": text, "characters": list(names)}


def story_document(**fields: object) -> dict[str, object]:
    document: dict[str, object] = {
        "schema_version": "1.0",
        "story_id": "lantern",
        "title": "The Lantern",
        "language": "en",
        "style": "soft watercolour",
        "characters": [MIRA, TOCK],
        "pages": [page(1), page(2, "Mira"), page(3, "Mira", "Tock")],
        "size": "1024x640",
    }
    return {name: value for name, value in {**document, **fields}.items() if value is not None}


def story(**fields: object) -> Story:
    return parse_json(Story, json.dumps(story_document(**fields)).encode(), what="the story")
