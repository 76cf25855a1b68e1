"""A queue that moto maps to a function, without Docker: nothing is handed out, but the mapping can be set."""

from __future__ import annotations

import io
import zipfile

import boto3


def map_queue(session: boto3.Session, name: str, *, concurrency: int) -> str:
    """Make a queue, a function and the mapping between them; return the mapping's id."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", "")
    role = session.client("iam").create_role(RoleName=f"role-{name}", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions = session.client("lambda")
    functions.create_function(
        FunctionName=f"function-{name}",
        Runtime="python3.13",
        Role=role,
        Handler="handler.lambda_handler",
        Code={"ZipFile": code.getvalue()},
    )
    sqs = session.client("sqs")
    url = sqs.create_queue(QueueName=f"queue-{name}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return functions.create_event_source_mapping(
        EventSourceArn=arn, FunctionName=f"function-{name}", ScalingConfig={"MaximumConcurrency": concurrency}
    )["UUID"]
