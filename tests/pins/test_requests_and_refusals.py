"""Pictures that are asked for without a story, and input that is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functions.conftest import Deployment
from tests.pins.golden_files import as_json, hold
from tests.pins.stories import sample, story
from tests.pins.world import TEXTS, World, normalised, open_world


@pytest.fixture
def world(deployment: Deployment) -> Iterator[World]:
    with open_world(deployment, TEXTS) as opened:
        yield opened


def test_the_sample_requests(world: World) -> None:
    """The second request follows the picture of the first, by the key that it has in the bucket."""
    world.send("character", sample("messages/draw_character_request.json"))
    world.run_until_quiet()
    world.send("page", sample("messages/draw_page_request.json"))
    world.run_until_quiet()
    hold("requests/requests.json", normalised(as_json({**world.everything(), "prompts": world.prompts()})))


def test_refused_input(world: World) -> None:
    world.send("story", sample("refused/misspelt_field.json"))
    world.send("story", "not json")
    world.send("character", "{}")
    world.send("page", {**sample("messages/draw_page_request.json"), "size": "1000x1000"})
    world.send("story", story("known"))
    world.run_until_quiet()
    world.control(action="sing")
    world.control(action="redraw", story_id="known", picture_id="page-009")
    world.control(action="resolve", decision="repay", story_id="known", picture_id="page-001")
    world.control(action="cancel", story_id="unknown")
    world.run_until_quiet()
    refusals = [event for event in world.events() if event["detail-type"] in ("StoryRejected", "ImageFailed")]
    hold("requests/refused.json", normalised(as_json({"events": refusals, "refused": world.refused()})))
