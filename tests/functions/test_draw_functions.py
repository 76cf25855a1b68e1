"""The functions that draw: real adapters, moto's queues, and the embedded image service over HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer
from tests.fakes.stories import page, story_document
from tests.functions.conftest import BUCKET, Deployment
from tests.functions.pump import Pump
from tests.functions.wired import queue_functions

MESSAGES = Path(__file__).resolve().parents[2] / "events" / "messages"
KEY = "sk-test-only"


@pytest.fixture(scope="module")
def images() -> Iterator[ImageServer]:
    with ImageServer(ServiceConfig(api_key=KEY, prerendered=True)) as server:
        yield server


@pytest.fixture
def pump(deployment: Deployment, images: ImageServer) -> Iterator[Pump]:
    functions = queue_functions(deployment, PICTUREBOOK_IMAGE_API_URL=images.base_url)
    yield Pump(deployment, functions)
    for function in functions.values():
        function.close()


def billed(images: ImageServer, since: int) -> int:
    return len(images.service.ledger.records) - since


def send(deployment: Deployment, queue: str, body: str) -> None:
    deployment.clients.sqs.send_message(QueueUrl=deployment.url(queue), MessageBody=body)


def test_a_story_message_becomes_a_book_and_each_picture_is_billed_once(
    deployment: Deployment, pump: Pump, images: ImageServer
) -> None:
    before = len(images.service.ledger.records)
    send(deployment, "story", json.dumps(story_document()))
    pump.run_until_quiet()
    published = [event["detail-type"] for event in deployment.events()]
    assert published.count("ImageCompleted") == 5
    assert published.count("StoryCompleted") == 1
    assert billed(images, before) == 5
    manifest = json.load(deployment.clients.s3.get_object(Bucket=BUCKET, Key="books/lantern/manifest.json")["Body"])
    assert [picture["status"] for picture in manifest["pictures"]] == ["drawn"] * 5
    assert manifest["image_service"] == "127.0.0.1"
    assert float(manifest["cost_usd"]) == pytest.approx(
        sum(record["usd"] for record in images.service.ledger.records[before:])
    )


def test_pages_are_drawn_with_the_sheets_of_those_on_them(
    deployment: Deployment, pump: Pump, images: ImageServer
) -> None:
    before = len(images.service.ledger.records)
    send(deployment, "story", json.dumps(story_document(pages=[page(1), page(2, "Mira"), page(3, "Mira", "Tock")])))
    pump.run_until_quiet()
    references = sorted(record["references"] for record in images.service.ledger.records[before:])
    assert references == [0, 0, 0, 1, 2]


def test_the_same_story_again_buys_nothing(deployment: Deployment, pump: Pump, images: ImageServer) -> None:
    send(deployment, "story", json.dumps(story_document()))
    pump.run_until_quiet()
    before = len(images.service.ledger.records)
    send(deployment, "story", json.dumps(story_document()))
    pump.run_until_quiet()
    assert billed(images, before) == 0


@pytest.mark.parametrize("queue", ["character", "page"])
def test_a_request_without_a_story_is_a_complete_order(deployment: Deployment, pump: Pump, queue: str) -> None:
    document = json.loads((MESSAGES / f"draw_{queue}_request.json").read_text())
    for character in document.get("characters", []):
        del character["reference_key"]
    send(deployment, queue, json.dumps({**document, "size": "1024x640"}))
    pump.run_until_quiet()
    completed = deployment.events()[-1]
    assert completed["detail-type"] == "ImageCompleted"
    assert completed["detail"]["data"]["request_id"] == document["request_id"]
    assert completed["detail"]["data"]["uri"].startswith(f"s3://{BUCKET}/images/_requests/")


def test_a_bad_request_is_refused_once_with_its_field_and_kept(
    deployment: Deployment, pump: Pump, images: ImageServer
) -> None:
    before = len(images.service.ledger.records)
    document = json.loads((MESSAGES / "draw_page_request.json").read_text())
    raw = json.dumps({**document, "size": "1000x1000"})
    send(deployment, "page", raw)
    send(deployment, "page", "not json")
    pump.run_until_quiet()
    failed = [event["detail"]["data"] for event in deployment.events()]
    assert sorted(data["field"] for data in failed) == ["size", "the message"]
    assert all(data["reason"] == "refused_input" for data in failed)
    assert sorted(deployment.bodies("refused")) == sorted([raw, "not json"])
    assert billed(images, before) == 0


def test_a_prompt_that_moderation_refuses_fails_its_picture_and_not_the_story(
    deployment: Deployment, pump: Pump
) -> None:
    pages = [page(1), page(2, text="Something forbidden-by-policy happens.")]
    send(deployment, "story", json.dumps(story_document(characters=[], pages=pages)))
    pump.run_until_quiet()
    events = deployment.events()
    failed = [event["detail"]["data"] for event in events if event["detail-type"] == "ImageFailed"]
    assert [(data["picture_id"], data["reason"]) for data in failed] == [("page-002", "refused_by_moderation")]
    assert events[-1]["detail-type"] == "StoryPartiallyCompleted"


def test_a_refused_key_opens_the_circuit_and_the_message_waits(
    deployment: Deployment, images: ImageServer, pump: Pump
) -> None:
    document = json.loads((MESSAGES / "draw_character_request.json").read_text())
    secret = deployment.environment["PICTUREBOOK_API_KEY_SECRET"]
    deployment.clients.secrets.put_secret_value(SecretId=secret, SecretString="sk-refused")
    before = len(images.service.ledger.records)
    send(deployment, "character", json.dumps({**document, "size": "1024x640"}))
    pump.run_until_quiet()
    attributes = deployment.clients.sqs.get_queue_attributes(
        QueueUrl=deployment.url("character"), AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1"
    handed_out = deployment.clients.sqs.receive_message(
        QueueUrl=deployment.url("character"), MessageSystemAttributeNames=["All"]
    )
    assert "Messages" not in handed_out, "it is visible again before an operator could have replaced the key"
    assert billed(images, before) == 0
    assert "CircuitOpened" in [event["detail-type"] for event in deployment.events()]


def test_a_key_that_is_rotated_in_mid_flight_is_read_once_more_and_nothing_else_happens(
    deployment: Deployment, images: ImageServer, pump: Pump, caplog: pytest.LogCaptureFixture
) -> None:
    old = "sk-before-the-rotation"
    secrets, secret = deployment.clients.secrets, deployment.environment["PICTUREBOOK_API_KEY_SECRET"]
    secrets.put_secret_value(SecretId=secret, SecretString=old)
    reads: list[str] = []

    def rotate_after_the_first_read(parsed: dict[str, Any], **_: object) -> None:
        reads.append(parsed["SecretString"])
        if len(reads) == 1:
            secrets.put_secret_value(SecretId=secret, SecretString=KEY)

    hook = "after-call.secrets-manager.GetSecretValue"
    secrets.meta.events.register(hook, rotate_after_the_first_read)
    document = json.loads((MESSAGES / "draw_character_request.json").read_text())
    before = len(images.service.ledger.records)
    send(deployment, "character", json.dumps({**document, "size": "1024x640"}))
    try:
        with caplog.at_level(logging.DEBUG):
            pump.run_until_quiet()
    finally:
        secrets.meta.events.unregister(hook, rotate_after_the_first_read)
    assert reads == [old, KEY]
    published = deployment.events()
    assert [event["detail-type"] for event in published] == [
        "ImageStarted",
        "ImageRetrying",
        "ImageStarted",
        "ImageCompleted",
    ]
    assert published[1]["detail"]["data"]["error"] == "KeyRotatedError"
    assert billed(images, before) == 1
    ours = "\n".join(record.getMessage() + str(vars(record)) for record in caplog.records if _is_ours(record))
    assert old not in ours + json.dumps(published)
    assert KEY not in ours + json.dumps(published)


def _is_ours(record: logging.LogRecord) -> bool:
    # botocore's own DEBUG prints the answers of Secrets Manager; Lambda logs from INFO on, and nothing of botocore's.
    return record.name.partition(".")[0] not in {"botocore", "urllib3", "boto3", "asyncio"}
