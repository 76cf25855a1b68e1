"""The request hash and the prompt of every picture of the sample stories, with and without a chat model's bible."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.functions.conftest import Deployment
from tests.pins.golden_files import hold
from tests.pins.stories import sample, sample_stories
from tests.pins.world import TEXTS, open_world

WITHOUT_CHAT: Mapping[str, str] = {}
SETTINGS = {"snow-on-quill-street.json": WITHOUT_CHAT, "der-drache-der-nicht-niesen-wollte.json": WITHOUT_CHAT}


@pytest.mark.parametrize("name", sample_stories())
def test_the_requests_of_a_sample_story(deployment: Deployment, name: str) -> None:
    with open_world(deployment, SETTINGS.get(name, TEXTS)) as world:
        world.send("story", sample(f"stories/{name}"))
        world.run_until_quiet()
        drawn = [event["detail"]["data"] for event in world.events() if event["detail-type"] == "ImageCompleted"]
        hashes = "\n".join(f"{picture['request_hash']} {picture['picture_id']}" for picture in drawn)
        hold(f"samples/{name.removesuffix('.json')}.txt", f"{hashes}\n\n{world.prompts()}")
