"""A deployment as moto plays it: the functions run with their real adapters, and their effects can be looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from picturebook.adapters.aws_clients import AwsClients
from tests.fakes.aws_tables import create_tables

REGION = "eu-central-1"
BUCKET = "amzn-s3-demo-bucket"


@dataclass(frozen=True)
class Deployment:
    """The resources that were made, and their content."""

    clients: AwsClients
    environment: Mapping[str, str]

    def bodies(self, queue: str) -> list[str]:
        """Return the bodies of all messages in one queue, and take them out."""
        url = self.url(queue)
        bodies: list[str] = []
        while messages := self.clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                bodies.append(message["Body"])
                self.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def events(self) -> list[dict[str, Any]]:
        """Return what a queue that is subscribed to the bus received."""
        return [json.loads(body) for body in self.bodies("subscriber")]

    def url(self, queue: str) -> str:
        return self.clients.sqs.get_queue_url(QueueName=f"picturebook-{queue}")["QueueUrl"]


class Context:
    """The part of Lambda's context that our handlers read."""

    function_name = "picturebook"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:picturebook"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 600_000


def sqs_event(*bodies: str, queue: str = "story") -> dict[str, Any]:
    """Return the event that Lambda makes of messages."""
    return {"Records": [_record(number, body, queue) for number, body in enumerate(bodies, start=1)]}


def _record(number: int, body: str, queue: str) -> dict[str, Any]:
    return {
        "messageId": f"00000000-0000-4000-8000-{number:012d}",
        "receiptHandle": f"handle-{number}",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(1795348800000 + number),
            "SenderId": "AIDA",
            "ApproximateFirstReceiveTimestamp": str(1795348800001 + number),
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(body.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:picturebook-{queue}",
        "awsRegion": REGION,
    }


@pytest.fixture(scope="session")
def clients() -> AwsClients:
    """Clients take 0.2 s to make, so one set serves all tests; moto forgets everything between them."""
    session = boto3.Session(
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - no account has this key
        region_name=REGION,
    )
    return AwsClients(session)


@pytest.fixture
def deployment(clients: AwsClients) -> Iterator[Deployment]:
    with mock_aws():
        yield _deploy(clients)


def _deploy(clients: AwsClients) -> Deployment:
    clients.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    urls = {
        name: clients.sqs.create_queue(QueueName=f"picturebook-{name}")["QueueUrl"]
        for name in ("story", "character", "page", "control", "refused", "subscriber")
    }
    create_tables(clients.dynamodb, ledger="picturebook-ledger", circuits="picturebook-circuit")
    clients.events.create_event_bus(Name="picturebook")
    clients.events.put_rule(
        Name="everything", EventBusName="picturebook", EventPattern=json.dumps({"source": ["picturebook"]})
    )
    subscriber = clients.sqs.get_queue_attributes(QueueUrl=urls["subscriber"], AttributeNames=["QueueArn"])
    clients.events.put_targets(
        Rule="everything",
        EventBusName="picturebook",
        Targets=[{"Id": "subscriber", "Arn": subscriber["Attributes"]["QueueArn"]}],
    )
    secret = clients.secrets.create_secret(Name="picturebook/api-key", SecretString="sk-test-only")
    environment = {
        "PICTUREBOOK_BUCKET": BUCKET,
        "PICTUREBOOK_LEDGER_TABLE": "picturebook-ledger",
        "PICTUREBOOK_CIRCUIT_TABLE": "picturebook-circuit",
        "PICTUREBOOK_EVENT_BUS": "picturebook",
        "PICTUREBOOK_DEFAULT_MODEL": "gpt-image-2",
        "PICTUREBOOK_CHARACTER_QUEUE_URL": urls["character"],
        "PICTUREBOOK_PAGE_QUEUE_URL": urls["page"],
        "PICTUREBOOK_REFUSED_QUEUE_URL": urls["refused"],
        "PICTUREBOOK_FRESH_AFTER_RECEIVES": "40",
        "PICTUREBOOK_API_KEY_SECRET": secret["ARN"],
    }
    return Deployment(clients, environment)
