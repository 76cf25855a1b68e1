"""Writes the states of deployments in the middle of their work to `kept/today`, before a form is changed.

    .venv/bin/python -m pytest tests/pins/keep_states.py

pytest runs this file only when it is named. Name the folder then by what sets its form apart, and let
`test_kept_forms.py` read it too. A form that was deployed is never written again.
"""

from __future__ import annotations

import json

from tests.functions.conftest import Deployment
from tests.pins.kept_state import keep_state
from tests.pins.stories import book, page, sample, story
from tests.pins.world import TEXTS, open_world

TWO_PAGES = [page(1), page(2, text="They walk home.")]


def test_keep_a_book_under_way(deployment: Deployment) -> None:
    with open_world(deployment, TEXTS) as world:
        world.upload(json.dumps(book(), ensure_ascii=False).encode())
        for queue in ("story", "character", "page"):
            world.carry(queue)
        keep_state(deployment, "under_way")


def test_keep_a_finished_book_that_is_to_be_redrawn(deployment: Deployment) -> None:
    with open_world(deployment, TEXTS) as world:
        world.upload(json.dumps(book(), ensure_ascii=False).encode())
        world.run_until_quiet()
        world.control(action="redraw", story_id="lantern", picture_id="page-002")
        keep_state(deployment, "finished")


def test_keep_a_held_picture_that_is_to_be_paid_again(deployment: Deployment) -> None:
    with open_world(deployment) as world:
        world.service.fail(action="drop", first=1, billed=True)
        world.send("story", story("held", pages=TWO_PAGES, on_unknown="hold", max_cost_usd=0.5))
        world.run_until_quiet()
        world.control(action="resolve", decision="repay", story_id="held", picture_id="page-001")
        keep_state(deployment, "held")


def test_keep_a_call_whose_function_ended(deployment: Deployment) -> None:
    with open_world(deployment) as world:
        world.send("story", story("lost", max_cost_usd=0.5))
        world.carry("story")
        [body] = world.take_out("page")
        world.send("page", body)

        def keep_in_the_middle_of_the_call() -> None:
            # The message waits again, as it does when the function that received it is gone.
            world.send("page", body)
            keep_state(deployment, "lost")

        world.painter.before_each = keep_in_the_middle_of_the_call
        world.carry("page")


def test_keep_a_request_that_comes_again(deployment: Deployment) -> None:
    with open_world(deployment) as world:
        message = sample("messages/draw_character_request.json")
        world.send("character", message)
        world.run_until_quiet()
        world.send("character", message)
        world.send("page", sample("messages/draw_page_request.json"))
        keep_state(deployment, "request")
