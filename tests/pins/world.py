"""A deployment on moto whose clock, ids and pictures are fixed, and what lies in it afterwards as readable values."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from PIL import Image

from tests.fakes.clock import FakeClock
from tests.functions.conftest import BUCKET, Deployment
from tests.functions.pump import as_record
from tests.pins.wiring import Functions, ImageService, open_functions, open_service

TEXTS = {"PICTUREBOOK_CHAT_MODEL": "gpt-5.4-mini", "PICTUREBOOK_MODERATION": "mark"}
QUEUES = ("story", "character", "page", "control")
IMAGE_QUEUES = ("character", "page")
TABLES = {"ledger": "picturebook-ledger", "circuits": "picturebook-circuit"}
# An id of `FixedIds`, whole or cut off.
_ID = re.compile(r"c0de[0-9a-f]{4}(?:1d){0,12}")
# What depends on the release of Pillow, which encodes the derivatives.
_DERIVATIVE = re.compile(r"(?<=-web-|nail-)[0-9a-f]{12}(?=\.webp)")
_KILOBYTES = re.compile(r"(?<=, )\d+(?= kB</a>)")
_SIZE = re.compile(r'(?<="size_bytes": )"?(?:N )?\d+"?|(?<="size_bytes":)\d+')


class FixedIds:
    """A RandomSource: its ids are told from all other text, its fractions are a half."""

    def __init__(self) -> None:
        self._made = 0

    def new_id(self) -> str:
        self._made += 1
        return f"c0de{self._made:04x}" + "1d" * 12

    def fraction(self) -> float:
        return 0.5


class Painter:
    """Paints a gradient over a colour of the prompt's own, and keeps what it was asked for.

    `faint` is how many pictures it paints so faintly that they do not pass their checks; `before_each` looks on.
    """

    def __init__(self) -> None:
        self.calls: list[dict[str, object]] = []
        self.faint = 0
        self.before_each: Callable[[], None] = lambda: None

    def draw(self, prompt: str, size: tuple[int, int], references: int) -> bytes:
        self.before_each()
        self.calls.append({"prompt": prompt, "size": f"{size[0]}x{size[1]}", "references": references})
        if self.faint:
            self.faint -= 1
            return _png(_faint(size))
        return _png(_gradient(prompt, size))


def _gradient(prompt: str, size: tuple[int, int]) -> Image.Image:
    digest = hashlib.sha256(prompt.encode()).digest()
    image = Image.new("RGB", size, (digest[0], digest[1], digest[2]))
    image.paste(Image.linear_gradient("L").resize((size[0], size[1] // 2)))
    return image


def _faint(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (200, 200, 200))
    image.paste((210, 210, 210), (size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4))
    return image


def _png(image: Image.Image) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


class World:
    """Carries messages one at a time, a second apart. `delivered` are the bodies that each queue's function got."""

    def __init__(
        self, deployment: Deployment, functions: Functions, service: ImageService, painter: Painter, clock: FakeClock
    ) -> None:
        self.deployment = deployment
        self.functions = functions
        self.service = service
        self.painter = painter
        self.clock = clock
        self.delivered: dict[str, list[str]] = {queue: [] for queue in QUEUES}
        self._clients = deployment.clients
        self._waiting: list[tuple[str, str]] = []
        self._ids: dict[str, str] = {}

    def send(self, queue: str, document: object) -> None:
        """Send a message: a text as it is, any other value as JSON."""
        body = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
        self._clients.sqs.send_message(QueueUrl=self.deployment.url(queue), MessageBody=body)

    def control(self, **fields: object) -> None:
        self.send("control", {"schema_version": "1.0", **fields})

    def upload(self, story: bytes) -> None:
        """Put a story where stories are uploaded, and send the notice of it."""
        key = f"stories/{json.loads(story)['story_id']}.json"
        self._clients.s3.put_object(Bucket=BUCKET, Key=key, Body=story)
        self.send(
            "story",
            {
                "id": "17793124-05d4-b198-2fde-7ededc63b103",
                "source": "aws.s3",
                "detail-type": "Object Created",
                "time": self.clock.now().isoformat(),
                "detail": {
                    "bucket": {"name": BUCKET},
                    "object": {"key": key, "size": len(story), "sequencer": "00617F08299329D189"},
                },
            },
        )

    def run_until_quiet(self) -> None:
        """Carry one message of each queue in turn until none is visible."""
        queues: tuple[str, ...] = QUEUES
        while carried := {queue for queue in queues if self.carry(queue)}:
            # Functions send to the image queues alone, so one of the others that is empty stays empty.
            queues = tuple(queue for queue in queues if queue in carried or queue in IMAGE_QUEUES)

    def carry(self, queue: str, *, receives: int | None = None) -> bool:
        """Carry one message, as if it were received for the `receives`th time; return whether there was one."""
        url = self.deployment.url(queue)
        answer = self._clients.sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])
        for message in answer.get("Messages", []):
            record = as_record(message, queue)
            self._clock_and_log(record, queue, receives)
            if self.functions.queues[queue]({"Records": [record]})["batchItemFailures"]:
                self._waiting.append((url, message["ReceiptHandle"]))
            else:
                self._clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bool(answer.get("Messages"))

    def _clock_and_log(self, record: dict[str, Any], queue: str, receives: int | None) -> None:
        self.clock.advance(1)
        number = len(self._ids) + 1
        record["messageId"] = self._ids.setdefault(record["messageId"], f"00000000-0000-4000-8000-{number:012d}")
        sent = str(round(self.clock.now().timestamp() * 1000))
        record["attributes"] |= {"SentTimestamp": sent, "ApproximateFirstReceiveTimestamp": sent}
        if receives is not None:
            record["attributes"]["ApproximateReceiveCount"] = str(receives)
        self.delivered[queue].append(record["body"])

    def run_one_and_lose(self, queue: str, lost: str) -> None:
        """Carry one message of a queue, and lose what is in another queue afterwards."""
        self.carry(queue)
        self.take_out(lost)

    def mark_starts(self, message_id: str, starts: int) -> None:
        """Leave the marks of processes that ended while they handled a message."""
        item = {
            "pk": {"S": f"MESSAGE#{message_id}"},
            "sk": {"S": "STARTS"},
            "starts": {"NS": [str(100 + start) for start in range(starts)]},
        }
        self._clients.dynamodb.put_item(TableName=TABLES["ledger"], Item=item)  # type: ignore[arg-type] # a plain dict

    def come_again(self, *, seconds: float) -> None:
        """Let time pass until messages that are to be retried later are visible again."""
        self.clock.advance(seconds)
        for url, handle in self._waiting:
            self._clients.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        self._waiting.clear()

    def take_out(self, queue: str) -> list[str]:
        return self.deployment.bodies(queue)

    def events(self) -> list[dict[str, Any]]:
        """Return what was published since the last look, without what EventBridge adds."""
        return [
            {"source": event["source"], "detail-type": event["detail-type"], "detail": event["detail"]}
            for event in self.deployment.events()
        ]

    def told(self) -> list[str]:
        return [event["detail-type"] for event in self.events()]

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all items of `ledger` or `circuits`, each attribute with DynamoDB's type before its value."""
        items = self._clients.dynamodb.scan(TableName=TABLES[table])["Items"]
        plain = [{name: _with_type(value) for name, value in item.items()} for item in items]
        return sorted(plain, key=lambda item: str(item.get("id") or (item["pk"], item["sk"])))

    def objects(self) -> dict[str, str]:
        """Return how each stored object is served, by its key: its media type and how long it may be cached."""
        listed = self._clients.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        heads = {one["Key"]: self._clients.s3.head_object(Bucket=BUCKET, Key=one["Key"]) for one in listed}
        return {key: f"{head['ContentType']}; {head.get('CacheControl')}" for key, head in sorted(heads.items())}

    def content(self, key: str) -> bytes:
        return self._clients.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def refused(self) -> list[dict[str, Any]]:
        """Return what is in the queue of refused input, with its attributes."""
        url, kept = self.deployment.url("refused"), []
        while found := self._clients.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for one in found:
                attributes = {
                    name: f"{value['DataType']} {value['StringValue']}"
                    for name, value in one.get("MessageAttributes", {}).items()
                }
                kept.append({"body": one["Body"], "attributes": attributes})
        return kept

    def prompts(self) -> str:
        """Return what the image service was asked to paint, in order."""
        return "\n".join(
            f"--- {call['size']}, {call['references']} references\n{call['prompt']}\n" for call in self.painter.calls
        )

    def everything(self) -> dict[str, object]:
        """Return events, items, objects, message bodies and refused input, for a golden file."""
        delivered = {queue: [json.loads(body) for body in self.delivered[queue]] for queue in IMAGE_QUEUES}
        return {
            "events": self.events(),
            "ledger": self.items("ledger"),
            "circuits": self.items("circuits"),
            "objects": self.objects(),
            "messages": delivered,
            "refused": self.refused(),
        }


def normalised(text: str) -> str:
    """Replace what cannot be fixed.

    Each random id is named by the place at which it first appears, so that how many were made in all does not matter;
    the size of a derivative and the hash of its content, which depend on Pillow's encoder, give way to their names.
    """
    names: dict[str, str] = {}
    named = _ID.sub(lambda found: names.setdefault(found[0], f"<id {len(names) + 1}>"), text)
    without_hashes = _KILOBYTES.sub("<size>", _DERIVATIVE.sub("<hash>", named))
    return _SIZE.sub('"<bytes>"', without_hashes)


def _with_type(value: Mapping[str, Any]) -> Any:
    [(kind, plain)] = value.items()
    if kind == "M":
        return {"M": {name: _with_type(inner) for name, inner in plain.items()}}
    if kind == "L":
        return {"L": [_with_type(inner) for inner in plain]}
    if kind in ("SS", "NS"):
        return {kind: sorted(plain)}
    return f"{kind} {plain}"


NO_CHANGES: Mapping[str, str] = {}


@contextmanager
def open_world(
    deployment: Deployment, environment: Mapping[str, str] = NO_CHANGES, *, finishes: bool = False
) -> Iterator[World]:
    """Open a world whose functions have these variables beside the deployment's own; see `open_functions`."""
    clock, painter = FakeClock(), Painter()
    with open_service(painter, lambda: clock.now().timestamp()) as service:
        variables = {**deployment.environment, "PICTUREBOOK_IMAGE_API_URL": service.base_url, **environment}
        functions = open_functions(
            deployment.clients, variables, clock=clock, random_source=FixedIds(), finishes=finishes
        )
        try:
            yield World(deployment, functions, service, painter, clock)
        finally:
            functions.close()
