"""control_story: real adapters, moto's queues, and the embedded image service over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.image_service.config import ServiceConfig
from local.image_service.fault_rules import FaultRule
from local.image_service.server import ImageServer
from tests.fakes.stories import page, story_document
from tests.functions.conftest import BUCKET, Deployment
from tests.functions.pump import Pump
from tests.functions.wired import queue_functions

KEY = "sk-test-only"
TWO_PAGES: dict[str, Any] = {"characters": [], "pages": [page(1), page(2)]}


@pytest.fixture
def images() -> Iterator[ImageServer]:
    with ImageServer(ServiceConfig(api_key=KEY, prerendered=True)) as server:
        yield server


@pytest.fixture
def pump(deployment: Deployment, images: ImageServer) -> Iterator[Pump]:
    functions = queue_functions(deployment, PICTUREBOOK_IMAGE_API_URL=images.base_url)
    yield Pump(deployment, functions)
    for function in functions.values():
        function.close()


def send(deployment: Deployment, queue: str, **document: Any) -> None:
    deployment.clients.sqs.send_message(QueueUrl=deployment.url(queue), MessageBody=json.dumps(document))


def command(deployment: Deployment, **fields: Any) -> None:
    send(deployment, "control", schema_version="1.0", **fields)


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["detail-type"] for event in events]


def manifest(deployment: Deployment) -> dict[str, Any]:
    answer = deployment.clients.s3.get_object(Bucket=BUCKET, Key="books/lantern/manifest.json")
    document: dict[str, Any] = json.load(answer["Body"])
    return document


def test_a_cancelled_story_is_announced_and_nothing_is_billed(
    deployment: Deployment, pump: Pump, images: ImageServer
) -> None:
    send(deployment, "story", **story_document())
    command(deployment, action="cancel", story_id="lantern")
    pump.run_one_of_each("story", "control")
    pump.run_until_quiet()
    events = deployment.events()
    assert types(events) == ["StoryAccepted", "StoryCancelled"]
    assert events[-1]["detail"]["data"]["reason"] == "cancelled"
    assert images.service.ledger.records == []


def test_a_redrawn_picture_is_billed_once_and_stands_in_the_book(
    deployment: Deployment, pump: Pump, images: ImageServer
) -> None:
    send(deployment, "story", **story_document(pages=[page(1, "Mira")]))
    pump.run_until_quiet()
    before = len(images.service.ledger.records)
    command(deployment, action="redraw", story_id="lantern", picture_id="character-01")
    pump.run_until_quiet()
    command(deployment, action="redraw", story_id="lantern", picture_id="page-001")
    pump.run_until_quiet()
    assert len(images.service.ledger.records) == before + 2
    assert images.service.ledger.records[-1]["references"] == 1
    shown = {one["picture_id"]: one["take"] for one in manifest(deployment)["pictures"]}
    assert shown == {"character-01": 2, "character-02": 1, "page-001": 2}
    assert manifest(deployment)["version"] == 3
    assert types(deployment.events()).count("StoryCompleted") == 1


@pytest.mark.parametrize(("decision", "ending"), [("repay", "StoryCompleted"), ("fail", "StoryPartiallyCompleted")])
def test_a_lost_call_is_held_and_resolved(
    deployment: Deployment, pump: Pump, images: ImageServer, decision: str, ending: str
) -> None:
    images.service.faults.replace([FaultRule(action="drop", first=1, billed=True)])
    send(deployment, "story", **story_document(**TWO_PAGES, on_unknown="hold", max_cost_usd=0.5))
    pump.run_until_quiet()
    held = [event["detail"]["data"] for event in deployment.events() if event["detail-type"] == "ImageHeld"]
    assert float(held[0]["at_risk_usd"]) > 0
    assert len(images.service.ledger.records) == 2
    command(deployment, action="resolve", decision=decision, story_id="lantern", picture_id=held[0]["picture_id"])
    pump.run_until_quiet()
    assert types(deployment.events())[-1] == ending
    assert len(images.service.ledger.records) == (3 if decision == "repay" else 2)


def test_a_request_without_a_story_is_held_and_resolved_by_its_id(
    deployment: Deployment, pump: Pump, images: ImageServer
) -> None:
    images.service.faults.replace([FaultRule(action="drop", first=1, billed=True)])
    hero = {"name": "Mira", "traits": ["a girl"]}
    asked = {"schema_version": "1.0", "request_id": "r-1", "style": "ink", "character": hero, "on_unknown": "hold"}
    send(deployment, "character", **asked)
    pump.run_until_quiet()
    command(deployment, action="resolve", decision="repay", request_id="r-1")
    pump.run_until_quiet()
    assert types(deployment.events())[-1] == "ImageCompleted"


def test_a_refused_command_ends_nothing_and_is_kept(deployment: Deployment, pump: Pump) -> None:
    send(deployment, "story", **story_document(**TWO_PAGES))
    pump.run_until_quiet()
    deployment.bodies("subscriber")
    command(deployment, action="redraw", story_id="lantern", picture_id="page-009")
    command(deployment, action="resolve", decision="repay", story_id="lantern", picture_id="page-001")
    command(deployment, action="cancel", story_id="lantern", revision="0" * 16)
    command(deployment, action="sing")
    pump.run_until_quiet()
    events = deployment.events()
    assert set(types(events)) == {"ImageFailed"}
    published = {event["detail"]["data"]["cause"]: event["detail"]["data"] for event in events}
    assert set(published) == {"not_redrawable", "not_held", "unknown_run", "literal_error"}
    assert all(data["reason"] == "refused_input" for data in published.values())
    assert published["not_redrawable"]["picture_id"] == "page-009"
    assert published["not_redrawable"]["accepted"] == "one of page-001, page-002"
    assert published["not_held"]["action"] == "resolve"
    assert {event["detail"]["metadata"]["sequence"] for event in events} == {0}
    assert len(deployment.bodies("refused")) == 4


def test_cancelling_an_unknown_story_is_a_refused_command(deployment: Deployment, pump: Pump) -> None:
    command(deployment, action="cancel", story_id="unknown")
    command(deployment, action="redraw", story_id="unknown", picture_id="page-001")
    pump.run_until_quiet()
    events = deployment.events()
    assert sorted(types(events)) == ["ImageFailed", "StoryRejected"]
    assert {event["detail"]["metadata"]["story_id"] for event in events} == {"unknown"}


def test_a_maximum_is_kept_with_its_amounts_in_the_cloud_too(
    deployment: Deployment, pump: Pump, images: ImageServer
) -> None:
    images.service.faults.replace([FaultRule(action="drop", first=1, billed=True)])
    send(deployment, "story", **story_document(**TWO_PAGES, max_cost_usd=0.08))
    pump.run_until_quiet()
    events = deployment.events()
    (exhausted,) = [event["detail"]["data"] for event in events if event["detail-type"] == "BudgetExhausted"]
    assert exhausted["max_cost_usd"] == "0.08"
    assert float(exhausted["spare_usd"]) < float(exhausted["wanted_usd"])
    assert types(events)[-1] == "StoryPartiallyCompleted"
    assert len(images.service.ledger.records) == 2
