"""The items and events of a route: circuit, override, pace; and of a call that is under way: claim and start mark."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.conftest import Deployment
from tests.pins.golden_files import as_json, hold
from tests.pins.stories import page, story
from tests.pins.world import World, normalised, open_world

ROUTE = "127.0.0.1/gpt-image-2"
EVENTS_NAMESPACE = uuid.UUID("6f1d3c1e-6f0b-5c6e-9a53-6d8f0f1f7a11")


@pytest.fixture
def world(deployment: Deployment) -> Iterator[World]:
    with open_world(deployment) as opened:
        yield opened


def test_a_circuit_opens_probes_and_closes(world: World) -> None:
    world.service.fail(action="quota")
    world.send("story", story("outage"))
    world.run_until_quiet()
    seen: dict[str, Any] = {"open": world.items("circuits")}
    world.service.recover()
    world.painter.before_each = lambda: seen.update(half_open=world.items("circuits"))
    world.come_again(seconds=900)
    world.run_until_quiet()
    seen |= {"closed": world.items("circuits")}
    versions = {state: str(items[0]["ver"]).removeprefix("S ") for state, items in seen.items()}
    events = as_json(world.events())
    for detail_type, state in (("Opened", "open"), ("HalfOpened", "half_open"), ("Closed", "closed")):
        facts = "\x1f".join((f"Circuit{detail_type}", ROUTE, versions[state]))
        events = events.replace(str(uuid.uuid5(EVENTS_NAMESPACE, facts)), f"<of the version when {state}>")
    hold("circuits/outage.txt", normalised(as_json(seen)) + normalised(events))


def test_a_circuit_that_a_person_forces_open(world: World) -> None:
    world.functions.force_circuit_open(ROUTE)
    seen: dict[str, object] = {"forced": world.items("circuits")}
    world.functions.end_override(ROUTE)
    seen |= {"ended": world.items("circuits"), "events": world.events()}
    hold("circuits/override.json", normalised(as_json(seen)))


def test_failures_and_a_request_to_slow_down(world: World) -> None:
    world.service.fail(action="status", status=500, first=2)
    world.send("story", story("window"))
    world.run_until_quiet()
    seen: dict[str, object] = {"after_two_failures": world.items("circuits")}
    world.service.fail(action="rate_limit", first=1, retry_after=2.0)
    world.send("story", story("slower", pages=[page(1, text="They walk home.")]))
    world.run_until_quiet()
    world.come_again(seconds=60)
    world.run_until_quiet()
    seen |= {"slowed_down": world.items("circuits"), "events": world.events()}
    hold("circuits/window_and_pace.json", normalised(as_json(seen)))


def test_a_call_that_is_under_way(world: World) -> None:
    seen: dict[str, object] = {}
    world.painter.before_each = lambda: seen.update(ledger=world.items("ledger"), circuits=world.items("circuits"))
    world.send("story", story("under-way", max_cost_usd=0.5))
    world.carry("story")
    world.carry("page", receives=3)
    hold("circuits/call_under_way.json", normalised(as_json(seen)))


def test_a_model_that_retires(deployment: Deployment) -> None:
    with open_world(deployment, {"PICTUREBOOK_DEFAULT_MODEL": "gpt-image-1.5"}) as world:
        world.functions.check_models()
        world.send("story", story("old-model", model="gpt-image-1", size="1024x1024"))
        world.run_until_quiet()
        hold("circuits/model_retiring.json", normalised(as_json(world.events())))
