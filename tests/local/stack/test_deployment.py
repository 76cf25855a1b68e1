import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.stack.deployment import (
    DeploymentError,
    create_stack,
    package_locations,
    read_template,
    upload_packages,
    upload_template,
)
from tests.local.stack.tiny_stack import tiny_deployment


class RecordingS3:
    meta = SimpleNamespace(endpoint_url="http://127.0.0.1:1")

    def __init__(self) -> None:
        self.buckets: list[str] = []
        self.objects: dict[tuple[str, str], bytes] = {}

    def create_bucket(self, *, Bucket: str) -> None:  # noqa: N803  boto3's name
        self.buckets.append(Bucket)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803  boto3's names
        self.objects[Bucket, Key] = Body


class RecordingCloudFormation:
    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)
        self.created: dict[str, Any] = {}

    def create_stack(self, **arguments: Any) -> None:
        self.created = arguments

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  boto3's name
        outputs = [{"OutputKey": "BucketName", "OutputValue": "tiny-bucket"}]
        return {"Stacks": [{"StackStatus": self.statuses.pop(0), "Outputs": outputs}]}

    def describe_stack_events(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  boto3's name
        failed = {"LogicalResourceId": "Bus", "ResourceType": "AWS::Events::EventBus"}
        return {"StackEvents": [{**failed, "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "no such type"}]}


def test_the_template_is_deployed_byte_for_byte_with_parameters_beside_it(tmp_path: Path) -> None:
    deployment = tiny_deployment(tmp_path)
    cloudformation = RecordingCloudFormation("CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    s3 = RecordingS3()
    url = upload_template(s3, read_template(deployment.template)[0], stack_name="some")  # type: ignore[arg-type]  # a fake
    outputs = create_stack(cloudformation, "some", template_url=url, parameters={"Greeting": "hi"})  # type: ignore[arg-type]  # a fake
    assert cloudformation.created["TemplateURL"] == url == "http://127.0.0.1:1/picturebook-templates/some.json"
    assert s3.objects["picturebook-templates", "some.json"] == deployment.template.read_bytes()
    assert cloudformation.created["Parameters"] == [{"ParameterKey": "Greeting", "ParameterValue": "hi"}]
    assert outputs == {"BucketName": "tiny-bucket"}


def test_packages_are_uploaded_where_the_template_looks_for_them(tmp_path: Path) -> None:
    deployment = tiny_deployment(tmp_path)
    template = read_template(deployment.template)[1]
    s3 = RecordingS3()
    upload_packages(s3, template, deployment.packages)  # type: ignore[arg-type]  # a fake
    assert s3.buckets == ["picturebook-assets"]
    assert set(s3.objects) == package_locations(template)
    assert s3.objects["picturebook-assets", "echo.zip"] == deployment.packages["echo.zip"].zip.read_bytes()


def test_a_package_that_the_bundle_lacks_is_named(tmp_path: Path) -> None:
    deployment = tiny_deployment(tmp_path)
    packages = {key: package for key, package in deployment.packages.items() if key != "layer.zip"}
    with pytest.raises(DeploymentError, match=r"names layer\.zip; the bundle has echo\.zip"):
        upload_packages(RecordingS3(), read_template(deployment.template)[1], packages)  # type: ignore[arg-type]  # a fake


def test_a_refused_template_names_the_resource_and_the_reason() -> None:
    cloudformation = RecordingCloudFormation("ROLLBACK_COMPLETE")
    with pytest.raises(DeploymentError, match=r"ROLLBACK_COMPLETE:\nBus \(AWS::Events::EventBus\): no such type"):
        create_stack(cloudformation, "some", template_url="http://127.0.0.1:1/b/k", parameters={})  # type: ignore[arg-type]  # a fake


@pytest.mark.parametrize("content", [None, "{", json.dumps(["a list"])])
def test_an_unreadable_template_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "some.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(DeploymentError, match=r"some\.json"):
        read_template(file)
