"""The kept template deployed several times on one emulator: beside itself, after itself, and after a failure."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.functions import FUNCTIONS, LAYER_ASSET, function_asset
from local.stack.cloud import LocalCloud
from local.stack.deployment import Deployment, DeploymentError, Package
from tests.local.stack.proc import eventually
from tests.local.stack.tiny_stack import write_layer, write_package

pytestmark = [pytest.mark.stack]

TEMPLATE = Path(__file__).parents[3] / "infra/template/picturebook.json"

# Stores each message in the bucket of its own stack, in place of the real functions, which have tests of their own.
HANDLER = """
import os
import tiny_layer
import boto3

def lambda_handler(event, context):
    for record in event.get("Records", []):
        key = f"images/{record['messageId']}"
        boto3.client("s3").put_object(Bucket=os.environ["PICTUREBOOK_BUCKET"], Key=key, Body=record["body"].encode())
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    folder = tmp_path_factory.mktemp("packages")
    functions = {function_asset(name): write_package(folder / name, {"handler.py": HANDLER}) for name in FUNCTIONS}
    return {LAYER_ASSET: write_layer(folder / "layer"), **functions}


def deployment(packages: Mapping[str, Package], stack_name: str, template: Path = TEMPLATE) -> Deployment:
    return Deployment(template, packages, stack_name=stack_name)


@pytest.fixture(scope="module")
def default_stage(packages: dict[str, Package], state_dir: Path) -> Iterator[LocalCloud]:
    with LocalCloud.start(deployment(packages, "picturebook"), state_dir=state_dir) as cloud:
        yield cloud


def delete_stack(cloud: LocalCloud, stack_name: str) -> None:
    cloudformation = cloud.client("cloudformation")
    cloudformation.delete_stack(StackName=stack_name)
    waiter = cloudformation.get_waiter("stack_delete_complete")
    waiter.wait(StackName=stack_name, WaiterConfig={"Delay": 1, "MaxAttempts": 300})


def stored(cloud: LocalCloud) -> list[str]:
    """Return the messages that the functions of this stack have stored."""
    s3, bucket = cloud.client("s3"), cloud.outputs["BucketName"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="images/").get("Contents", [])
    return sorted(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read().decode() for found in listed)


def send(cloud: LocalCloud, body: str) -> None:
    cloud.client("sqs").send_message(QueueUrl=cloud.outputs["StoryQueueUrl"], MessageBody=body)


def test_two_stages_come_up_side_by_side_and_no_message_or_upload_reaches_the_other(
    default_stage: LocalCloud, packages: dict[str, Package]
) -> None:
    stages = {"default": default_stage, "dev": default_stage.deploy_beside(deployment(packages, "picturebook-dev"))}
    for name, stage in stages.items():
        send(stage, f"to {name}")
        # Both buckets send their events to the one default bus of the account.
        stage.client("s3").put_object(Bucket=stage.outputs["BucketName"], Key="stories/a.json", Body=b"{}")
    assert eventually(lambda: all(len(stored(stage)) >= 2 for stage in stages.values()))
    for name, stage in stages.items():
        message, upload = stored(stage)
        assert message == f"to {name}"
        assert json.loads(upload)["detail"]["bucket"]["name"] == stage.outputs["BucketName"]


def test_a_stack_is_deployed_again_after_it_was_deleted_and_its_tables_and_bucket_stayed(
    default_stage: LocalCloud, packages: dict[str, Package]
) -> None:
    again = deployment(packages, "picturebook-again")
    first = default_stage.deploy_beside(again)
    table, bucket = first.outputs["LedgerTableName"], first.outputs["BucketName"]
    item = {"pk": {"S": "story#1"}, "sk": {"S": "head"}}
    dynamodb, s3 = first.client("dynamodb"), first.client("s3")
    dynamodb.put_item(TableName=table, Item=item)
    s3.put_object(Bucket=bucket, Key="books/1/manifest.json", Body=b"{}")
    delete_stack(first, again.stack_name)
    assert dynamodb.get_item(TableName=table, Key=item)["Item"] == item
    assert s3.get_object(Bucket=bucket, Key="books/1/manifest.json")["Body"].read() == b"{}"

    second = default_stage.deploy_beside(again)
    assert second.outputs["BucketName"] != bucket
    # On AWS the new ledger has a name of its own; MiniStack gives it the old name and empties it.
    assert "Item" not in dynamodb.get_item(TableName=second.outputs["LedgerTableName"], Key=item)
    send(second, "after the second deployment")
    assert eventually(lambda: stored(second) == ["after the second deployment"])


def test_a_failed_creation_leaves_no_table_and_no_bucket_behind(
    default_stage: LocalCloud, packages: dict[str, Package], tmp_path: Path
) -> None:
    failing = tmp_path / "failing.json"
    failing.write_text(json.dumps(failing_template()))
    before = tables_and_buckets(default_stage)
    with pytest.raises(DeploymentError, match="ROLLBACK_COMPLETE"):
        default_stage.deploy_beside(deployment(packages, "picturebook-failing", failing))
    assert tables_and_buckets(default_stage) == before


def tables_and_buckets(cloud: LocalCloud) -> tuple[list[str], list[str]]:
    """Return the names of the emulator's tables and buckets."""
    tables = cloud.client("dynamodb").list_tables()["TableNames"]
    return sorted(tables), sorted(bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"])


def failing_template() -> dict[str, Any]:
    """Return the kept template with a resource that fails once the tables and the bucket were created."""
    template: dict[str, Any] = json.loads(TEMPLATE.read_text())
    kinds = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
    created_first = [key for key, value in template["Resources"].items() if value["Type"] in kinds]
    template["Resources"]["Handle"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    template["Resources"]["NeverSignalled"] = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": created_first,
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "1"},
    }
    return template
