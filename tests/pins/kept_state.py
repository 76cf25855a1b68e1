"""Keeps the state of a deployment in files, and puts it back: items, objects and the messages that wait in queues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.functions.conftest import BUCKET, Deployment
from tests.pins.golden_files import as_json
from tests.pins.world import TABLES

_KEPT = Path(__file__).parent / "kept"
# The form of plans and messages before each picture's request travelled with them.
EARLIER_FORM = "without_requests"
_QUEUES = ("story", "character", "page", "control")
# What no function ever reads again: pages of a book, and the smaller pictures that are made for them.
_NEVER_READ = (".html", ".webp")


def keep_state(deployment: Deployment, name: str) -> None:
    """Write the state below `kept/today/name`; what waits in the queues is taken out of them."""
    folder = _KEPT / "today" / name
    clients = deployment.clients
    items = {table: sorted(clients.dynamodb.scan(TableName=full)["Items"], key=str) for table, full in TABLES.items()}
    _write(folder / "items.json", as_json(json.loads(json.dumps(items, default=sorted))).encode())
    _write(folder / "messages.json", as_json({queue: deployment.bodies(queue) for queue in _QUEUES}).encode())
    types: dict[str, str] = {}
    for listed in clients.s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        if listed["Key"].endswith(_NEVER_READ):
            continue
        found = clients.s3.get_object(Bucket=BUCKET, Key=listed["Key"])
        types[listed["Key"]] = found["ContentType"]
        _write(folder / "objects" / listed["Key"], found["Body"].read())
    _write(folder / "media_types.json", as_json(types).encode())


def put_back(deployment: Deployment, name: str) -> dict[str, list[str]]:
    """Put back what was kept under `name` in the earlier form; return the bodies that wait in the queues again."""
    folder = _KEPT / EARLIER_FORM / name
    clients = deployment.clients
    items: dict[str, list[dict[str, Any]]] = json.loads((folder / "items.json").read_bytes())
    for table, rows in items.items():
        for item in rows:
            clients.dynamodb.put_item(TableName=TABLES[table], Item=item)
    for key, media_type in json.loads((folder / "media_types.json").read_bytes()).items():
        content = (folder / "objects" / key).read_bytes()
        clients.s3.put_object(Bucket=BUCKET, Key=key, Body=content, ContentType=media_type)
    messages: dict[str, list[str]] = json.loads((folder / "messages.json").read_bytes())
    for queue, bodies in messages.items():
        for body in bodies:
            clients.sqs.send_message(QueueUrl=deployment.url(queue), MessageBody=body)
    return messages


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
