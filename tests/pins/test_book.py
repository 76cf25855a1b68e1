"""A story that was uploaded becomes a book: all that is stored, sent and published on the way, file by file."""

from __future__ import annotations

import json

from tests.functions.conftest import Deployment
from tests.pins.golden_files import as_json, hold
from tests.pins.stories import book
from tests.pins.world import TEXTS, normalised, open_world


def test_the_way_of_a_book(deployment: Deployment) -> None:
    with open_world(deployment, TEXTS, finishes=True) as world:
        world.upload(json.dumps(book(), ensure_ascii=False).encode())
        world.run_until_quiet()
        for name, part in world.everything().items():
            hold(f"book/{name}.json", normalised(as_json(part)))
        hold("book/prompts.txt", world.prompts())
        for key in world.objects():
            if key.endswith((".json", ".html")) and "/images/" not in key:
                hold(f"book/stored/{key}", normalised(world.content(key).decode()))
