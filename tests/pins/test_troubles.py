"""What is stored, sent and published when something goes wrong, or a person steps in: one golden file per case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functions.conftest import Deployment
from tests.pins.golden_files import as_json, hold
from tests.pins.stories import MIRA, page, story
from tests.pins.world import World, normalised, open_world

TWO_PAGES = [page(1), page(2, text="They walk home.")]
REFUSED = "Something forbidden-by-policy happens."


@pytest.fixture
def world(deployment: Deployment) -> Iterator[World]:
    with open_world(deployment) as opened:
        yield opened


def hold_all(world: World, name: str, **more: object) -> None:
    """Hold all but the messages of the image queues, which stand in the book's golden files."""
    parts = {part: value for part, value in world.everything().items() if part != "messages"}
    hold(f"troubles/{name}.json", normalised(as_json({**parts, **more})))


def test_a_picture_that_fails_at_first(world: World) -> None:
    world.service.fail(action="status", status=500, first=1)
    world.send("story", story("retried"))
    world.run_until_quiet()
    hold_all(world, "retried")


def test_a_picture_that_does_not_pass_its_checks(world: World) -> None:
    world.painter.faint = 1
    world.send("story", story("failed-checks", max_cost_usd=1))
    world.run_until_quiet()
    hold_all(world, "failed_checks")


def test_a_story_that_is_completed_in_part(world: World) -> None:
    world.send("story", story("in-part", pages=[page(1), page(2, text=REFUSED)]))
    world.run_until_quiet()
    hold_all(world, "partially_completed")


def test_a_story_that_fails(world: World) -> None:
    world.send("story", story("fails", pages=[page(1, text=REFUSED)]))
    world.run_until_quiet()
    hold_all(world, "failed")


def test_a_story_that_is_cancelled(world: World) -> None:
    world.send("story", story("cancelled", pages=TWO_PAGES))
    world.control(action="cancel", story_id="cancelled")
    world.carry("story")
    world.carry("page")
    world.carry("control")
    world.run_until_quiet()
    hold_all(world, "cancelled")


@pytest.mark.parametrize("decision", ["repay", "fail"])
def test_a_lost_call_that_a_person_decides(world: World, decision: str) -> None:
    world.service.fail(action="drop", first=1, billed=True)
    world.send("story", story("held", pages=TWO_PAGES, on_unknown="hold", max_cost_usd=0.5))
    world.run_until_quiet()
    held = world.items("ledger")
    world.control(action="resolve", decision=decision, story_id="held", picture_id="page-001")
    world.run_until_quiet()
    hold_all(world, f"held_{decision}", ledger_while_held=held)


def test_a_lost_call_that_is_paid_again(world: World) -> None:
    world.service.fail(action="drop", first=1, billed=True)
    world.send("story", story("repaid", max_cost_usd=0.5))
    world.run_until_quiet()
    hold_all(world, "repaid")


def test_a_maximum_that_is_exhausted(world: World) -> None:
    world.service.fail(action="drop", first=1, billed=True)
    world.send("story", story("dear", pages=TWO_PAGES, max_cost_usd=0.08))
    world.run_until_quiet()
    hold_all(world, "budget_exhausted")


def test_a_picture_that_a_person_has_redrawn(world: World) -> None:
    world.send("story", story("redrawn", characters=[{**MIRA, "views": []}], pages=[page(1, "Mira")]))
    world.run_until_quiet()
    world.control(action="redraw", story_id="redrawn", picture_id="page-001")
    world.run_until_quiet()
    hold_all(world, "redrawn")


def test_pictures_whose_messages_were_lost(world: World) -> None:
    world.send("story", story("swept", pages=TWO_PAGES))
    world.run_one_and_lose("story", "page")
    world.clock.advance(3 * 3600)
    world.functions.sweep()
    sent = world.take_out("page")
    hold_all(world, "swept", sent=sent)


def test_a_message_that_ends_its_process_again_and_again(world: World) -> None:
    world.send("story", story("deadly"))
    world.carry("story")
    world.mark_starts("00000000-0000-4000-8000-000000000002", 4)
    world.carry("page", receives=9)
    hold_all(world, "quarantined")
