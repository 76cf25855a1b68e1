"""Today's code reads what was stored and sent in an earlier form: runs under way go on, nothing is bought twice.

`kept/` has the states of deployments in the middle of their work, as the code of that form left them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.functions.conftest import Deployment
from tests.pins.kept_state import put_back
from tests.pins.stories import BOOK_PAGES, book, page
from tests.pins.world import TEXTS, World, open_world


@pytest.fixture
def world(deployment: Deployment) -> Iterator[World]:
    """Return a world whose clock is a minute past the moment at which the states were kept."""
    with open_world(deployment, TEXTS) as opened:
        opened.clock.advance(60)
        yield opened


def shown(world: World, story_id: str) -> dict[str, tuple[str, int]]:
    """Return the status and take of each picture of a story's book."""
    manifest = json.loads(world.content(f"books/{story_id}/manifest.json"))
    return {one["picture_id"]: (one["status"], one["take"]) for one in manifest["pictures"]}


def test_a_book_under_way_is_finished_and_what_was_drawn_is_not_bought_again(world: World) -> None:
    messages = put_back(world.deployment, "under_way")
    waiting = [json.loads(body)["picture_id"] for body in [*messages["character"], *messages["page"]]]
    assert waiting == ["character-02", "character-01-portrait"]
    world.run_until_quiet()
    assert world.told()[-1] == "StoryCompleted"
    assert set(shown(world, "lantern").values()) == {("drawn", 1)}
    assert world.service.pictures_billed == 4, "of six pictures two were drawn before"
    assert world.service.chats_billed == 2, "the bible is kept, and so is the first page's alt text"


def test_a_finished_book_is_redrawn_as_a_kept_control_message_asks(world: World) -> None:
    put_back(world.deployment, "finished")
    world.run_until_quiet()
    assert world.told() == ["ImageStarted", "ImageCompleted"]
    assert shown(world, "lantern")["page-002"] == ("drawn", 2)
    assert (world.service.pictures_billed, world.service.chats_billed) == (1, 0), "the alt text is kept"


def test_the_same_story_again_buys_nothing(world: World) -> None:
    put_back(world.deployment, "finished")
    world.take_out("control")
    world.upload(json.dumps(book(), ensure_ascii=False).encode())
    world.run_until_quiet()
    assert (world.service.pictures_billed, world.service.chats_billed) == (0, 0)


def test_an_edited_story_buys_only_what_was_edited(world: World) -> None:
    put_back(world.deployment, "finished")
    world.take_out("control")
    pages = [page(1, text="The lantern is out."), *BOOK_PAGES[1:]]
    edited = {**book(), "pages": pages}
    world.upload(json.dumps(edited, ensure_ascii=False).encode())
    world.run_until_quiet()
    assert world.told()[-1] == "StoryCompleted"
    assert world.service.pictures_billed == 1, "all others are remembered"
    assert world.service.chats_billed == 1, "the bible is kept, and the edited page needs an alt text"


def test_a_held_picture_is_paid_for_once_more_as_a_kept_control_message_says(world: World) -> None:
    put_back(world.deployment, "held")
    world.run_until_quiet()
    assert world.told()[-1] == "StoryCompleted"
    assert world.service.pictures_billed == 1, "the other page was drawn before"


def test_a_lost_call_is_paid_for_once_more_when_its_claim_is_over(world: World) -> None:
    put_back(world.deployment, "lost")
    world.run_until_quiet()
    assert world.service.pictures_billed == 0, "the claim holds until its deadline"
    world.come_again(seconds=3600)
    world.run_until_quiet()
    assert world.told()[-1] == "StoryCompleted"
    assert world.service.pictures_billed == 1


def test_a_request_that_was_answered_is_not_drawn_again_and_its_picture_is_followed(world: World) -> None:
    put_back(world.deployment, "request")
    world.run_until_quiet()
    assert [call["references"] for call in world.painter.calls] == [1], "only the page is drawn, after the kept picture"
    assert world.told()[-1] == "ImageCompleted"
