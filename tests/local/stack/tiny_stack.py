"""A stack small enough to start in a test, with every kind of resource the real one travels through."""

import json
import zipfile
from pathlib import Path
from typing import Any

import boto3

from local.stack.deployment import Deployment, Package

FUNCTION = "tiny-echo"

HANDLER = """
import json, os, sys
import tiny_layer
import boto3


def lambda_handler(event, context):
    if "describe" in event:
        return {"environment": dict(os.environ), "python": sys.executable, "path": sys.path,
                "handler": os.path.realpath(__file__), "layer": os.path.realpath(tiny_layer.__file__),
                "pid": os.getpid()}
    if "fail" in event:
        print("about to fail", file=sys.stderr)
        raise ValueError("asked to fail")
    for record in event.get("Records", []):
        boto3.client("events").put_events(Entries=[{
            "EventBusName": os.environ["BUS"], "Source": "tiny", "DetailType": "Seen",
            "Detail": json.dumps({"seen": json.loads(record["body"])["detail"]["object"]["key"]}),
        }])
    print("handled", tiny_layer.GREETING)
"""


def write_package(folder: Path, files: dict[str, str]) -> Package:
    """Write a folder with these files and a zip of it."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    zipped = folder.with_suffix(".zip")
    with zipfile.ZipFile(zipped, "w") as package:
        for name in files:
            package.write(folder / name, name)
    return Package(zipped, folder)


def write_layer(folder: Path) -> Package:
    """Write a layer with one module, which borrows boto3 from the test's environment by a path."""
    borrowed = f"import sys\nsys.path.append({str(Path(boto3.__file__).parents[1])!r})\nGREETING = 'hello'\n"
    return write_package(folder, {"python/tiny_layer.py": borrowed})


def tiny_deployment(directory: Path, *, handler: str = HANDLER) -> Deployment:
    """Write the template and its packages."""
    template = directory / "tiny.json"
    template.write_text(json.dumps(_template()))
    packages = {
        "layer.zip": write_layer(directory / "layer"),
        "echo.zip": write_package(directory / "echo", {"handler.py": handler}),
    }
    return Deployment(template, packages, {"Greeting": "hi"})


def _template() -> dict[str, Any]:
    assets = "picturebook-assets"
    queue_policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": "*",
            }
        ]
    }
    return {
        "Parameters": {"Greeting": {"Type": "String"}},
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": "tiny-bucket",
                    "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
                },
            },
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "tiny-bus"}},
            "Work": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "tiny-work", "VisibilityTimeout": 60}},
            "Seen": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "tiny-seen"}},
            "Policy": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {"Queues": [{"Ref": "Work"}, {"Ref": "Seen"}], "PolicyDocument": queue_policy},
            },
            "Upload": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventPattern": {
                        "source": ["aws.s3"],
                        "detail-type": ["Object Created"],
                        "detail": {"object": {"key": [{"wildcard": "stories/*.json"}]}},
                    },
                    "Targets": [{"Id": "work", "Arn": {"Fn::GetAtt": ["Work", "Arn"]}}],
                },
            },
            "Subscription": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventBusName": {"Ref": "Bus"},
                    "EventPattern": {"source": ["tiny"]},
                    "Targets": [{"Id": "seen", "Arn": {"Fn::GetAtt": ["Seen", "Arn"]}}],
                },
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"Service": "lambda.amazonaws.com"},
                                "Action": "sts:AssumeRole",
                            }
                        ]
                    }
                },
            },
            "Layer": {
                "Type": "AWS::Lambda::LayerVersion",
                "Properties": {"Content": {"S3Bucket": assets, "S3Key": "layer.zip"}},
            },
            "Echo": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": FUNCTION,
                    "Runtime": "python3.13",
                    "Handler": "handler.lambda_handler",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Timeout": 20,
                    "Layers": [{"Ref": "Layer"}],
                    "Code": {"S3Bucket": assets, "S3Key": "echo.zip"},
                    "Environment": {"Variables": {"BUS": {"Ref": "Bus"}, "GREETING": {"Ref": "Greeting"}}},
                },
            },
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": {"Fn::GetAtt": ["Work", "Arn"]},
                    "FunctionName": {"Ref": "Echo"},
                    "BatchSize": 1,
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "ScalingConfig": {"MaximumConcurrency": 2},
                },
            },
        },
        "Outputs": {
            "BucketName": {"Value": {"Ref": "Bucket"}},
            "SeenUrl": {"Value": {"Ref": "Seen"}},
            "Greeting": {"Value": {"Ref": "Greeting"}},
        },
    }
