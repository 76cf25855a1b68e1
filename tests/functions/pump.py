"""What Lambda's event source mappings do: receive, call the handler, delete what it does not report as failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from picturebook.entrypoints.queue_function import QueueFunction
from tests.functions.conftest import REGION, Context, Deployment


class Pump:
    """Carries messages from the queues of one deployment to its functions, one at a time, until none is visible."""

    def __init__(self, deployment: Deployment, functions: Mapping[str, QueueFunction]) -> None:
        self._deployment = deployment
        self._functions = functions

    def run_until_quiet(self) -> None:
        while any(self._carry_one(queue, function) for queue, function in self._functions.items()):
            pass

    def run_one_of_each(self, *queues: str) -> None:
        """Carry one message of each queue, in this order."""
        for queue in queues:
            self._carry_one(queue, self._functions[queue])

    def _carry_one(self, queue: str, function: QueueFunction) -> bool:
        sqs, url = self._deployment.clients.sqs, self._deployment.url(queue)
        answer = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])
        for message in answer.get("Messages", []):
            event = {"Records": [as_record(cast("dict[str, Any]", message), queue)]}
            response = function.handle(event, cast("LambdaContext", Context()))
            if not response["batchItemFailures"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bool(answer.get("Messages"))


def as_record(message: Mapping[str, Any], queue: str, *, account: str = "123456789012") -> dict[str, Any]:
    """Return the record that Lambda makes of a received message."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{account}:picturebook-{queue}",
        "awsRegion": REGION,
    }
