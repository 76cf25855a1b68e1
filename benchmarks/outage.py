"""A real outage on the local cloud: pictures wait while the image service fails for three minutes, and all are drawn.

Sixty requests without a story are queued while the service answers 503 with a Retry-After of 130 s. Until every
picture is drawn, each change of the circuit and of the page queue's mapping is recorded with its second. At the end
the calls, the billed pictures and the dead letters are counted. Takes about six minutes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2

from local.cli.stack_setup import PAGE, LocalImageOptions, images_for, local_picturebook, settings_for

if TYPE_CHECKING:
    from local.stack.picturebook_stack import PicturebookStack

PAGE_QUEUE = "picturebook-page"
MESSAGES = 60
OUTAGE_S = 180.0
RETRY_AFTER_S = 130
LONGEST_S = 900.0
POLL_S = 1.0
# Pictures are ready-made: drawing takes about a second, which would add to the measured waiting.
IMAGES = LocalImageOptions(delay_s=1.0, prerendered=True)
FAULT = {"action": "status", "status": 503, "retry_after": RETRY_AFTER_S, "path": "/v1/images"}


class OutageError(RuntimeError):
    """The outage did not go as expected."""


def measure() -> dict[str, Any]:
    """Return the timeline in seconds since the messages were sent, and the sums; raises OutageError."""
    with local_picturebook(settings_for(images_for(IMAGES)), report=_report) as stack:
        service = _ImageService(stack)
        service.script([FAULT])
        timeline = _Timeline()
        _send(stack)
        recovered = False
        while _drawn(stack) < MESSAGES:
            timeline.note("circuit", _circuit(stack))
            timeline.note("mapping", _mapping(stack))
            if not recovered and timeline.seconds > OUTAGE_S:
                calls_in_outage, recovered = service.calls(), True
                service.script([])
                timeline.note("service", "recovered")
            if timeline.seconds > LONGEST_S:
                raise OutageError(f"after {LONGEST_S:.0f} s only {_drawn(stack)} of {MESSAGES} pictures are drawn")
            time.sleep(POLL_S)
        timeline.note("circuit", _circuit(stack))
        drawn_after_s = timeline.seconds
        _wait_until_restored(stack, timeline)
        return {
            "messages": MESSAGES,
            "outage_seconds": OUTAGE_S,
            "calls_in_the_outage": calls_in_outage,
            "all_drawn_after_seconds": round(drawn_after_s),
            "pictures_billed": service.billed(),
            "dead_letters": _waiting(stack, f"{PAGE_QUEUE}-dead"),
            "timeline": timeline.entries,
        }


@dataclass
class _Timeline:
    """The recorded changes, each with its second."""

    started: float = field(default_factory=time.monotonic)
    entries: list[dict[str, object]] = field(default_factory=list)
    latest: dict[str, object] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def note(self, what: str, value: object) -> None:
        if self.latest.get(what) != value:
            self.latest[what] = value
            self.entries.append({"at": round(self.seconds), what: value})
            _report(f"{self.seconds:4.0f} s  {what}: {value}")


class _ImageService:
    """What the local image service says it did."""

    def __init__(self, stack: PicturebookStack) -> None:
        base_url = stack.image_api.url.removesuffix("/v1")
        key = {"Authorization": f"Bearer {stack.image_api.key}"}
        self._client = httpx2.Client(base_url=base_url, headers=key, trust_env=False)

    def script(self, rules: list[Mapping[str, object]]) -> None:
        self._client.post("/admin/faults", json=rules).raise_for_status()

    def calls(self) -> int:
        return sum(int(rule["acted"]) for rule in self._client.get("/admin/faults").json()["rules"])

    def billed(self) -> int:
        return int(self._client.get("/admin/billing").json()["images"])


def _send(stack: PicturebookStack) -> None:
    sqs = stack.cloud.client("sqs")
    for number in range(MESSAGES):
        message = {
            "schema_version": "1.0",
            "request_id": f"waits-{number:03d}",
            "style": "soft watercolour",
            "page": {"page_number": 1, "text": f"The boat waits for the tide, {number}."},
            "size": "1024x1024",
        }
        sqs.send_message(QueueUrl=stack.cloud.outputs["PageQueueUrl"], MessageBody=json.dumps(message))


def _drawn(stack: PicturebookStack) -> int:
    bucket = stack.cloud.outputs["BucketName"]
    return int(stack.cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix="images/_requests/")["KeyCount"])


def _circuit(stack: PicturebookStack) -> str:
    items = stack.cloud.client("dynamodb").scan(TableName=stack.cloud.outputs["CircuitTableName"])["Items"]
    states = [item["state"]["S"] for item in items if "state" in item]
    return states[0] if states else "never opened"


def _mapping(stack: PicturebookStack) -> str:
    mapping = stack.cloud.client("lambda").list_event_source_mappings(FunctionName=PAGE)["EventSourceMappings"][0]
    return f"{mapping['State']}, at most {mapping.get('ScalingConfig', {}).get('MaximumConcurrency')} at once"


def _wait_until_restored(stack: PicturebookStack, timeline: _Timeline) -> None:
    """Wait for at most 150 s until the mapping is as at first; the schedule runs once a minute."""
    until = timeline.seconds + 150
    first = next(entry["mapping"] for entry in timeline.entries if "mapping" in entry)
    while timeline.seconds < until and _mapping(stack) != first:
        time.sleep(POLL_S)
    timeline.note("mapping", _mapping(stack))


def _waiting(stack: PicturebookStack, queue: str) -> int:
    sqs = stack.cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def _report(words: str) -> None:
    sys.stderr.write(f"{words}\n")
