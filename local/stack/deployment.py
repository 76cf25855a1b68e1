"""Deploys a synthesized template on the emulator as CDK deploys it on AWS.

The template is sent byte for byte. Its functions and layers name the bucket and key of their packages, so the packages
are uploaded under these names; parameters are passed beside the template. No resource is described here again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.stack.part import LocalStackError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

STACK_NAME = "picturebook"
_TEMPLATES = "picturebook-templates"
_POLL_S = 0.1
_WITHIN_S = 180.0


@dataclass(frozen=True)
class Package:
    """A layer's or function's zip, and a folder with the same content."""

    zip: Path
    folder: Path


@dataclass(frozen=True)
class Deployment:
    """What goes onto the emulator: a synthesized template, the packages by the keys it names, its parameters.

    All names in our template begin with `stack_name`, so that several stacks of it run beside each other.
    """

    template: Path
    packages: Mapping[str, Package]
    parameters: Mapping[str, str] = field(default_factory=dict)
    stack_name: str = STACK_NAME


class DeploymentError(LocalStackError):
    """The emulator refused the template, or the packages do not fit it."""


def package_locations(template: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the bucket and key of every package that the template's functions and layers name."""
    places = {"AWS::Lambda::Function": "Code", "AWS::Lambda::LayerVersion": "Content"}
    packages = [
        resource["Properties"][places[resource["Type"]]]
        for resource in template["Resources"].values()
        if resource["Type"] in places
    ]
    return {(package["S3Bucket"], package["S3Key"]) for package in packages if "S3Key" in package}


def upload_packages(s3: S3Client, template: Mapping[str, Any], packages: Mapping[str, Package]) -> None:
    """Upload each package that the template names; packages maps keys to packages.

    Raises DeploymentError when the template names a package that `packages` lacks.
    """
    wanted = package_locations(template)
    missing = sorted(key for _, key in wanted if key not in packages)
    if missing:
        raise DeploymentError(f"The template names {', '.join(missing)}; the bundle has {', '.join(sorted(packages))}.")
    for bucket in sorted({bucket for bucket, _ in wanted}):
        s3.create_bucket(Bucket=bucket)
    for bucket, key in sorted(wanted):
        s3.put_object(Bucket=bucket, Key=key, Body=packages[key].zip.read_bytes())


def upload_template(s3: S3Client, template_body: str, *, stack_name: str) -> str:
    """Put a stack's template where a deployment puts it, and return its URL.

    A request to CloudFormation takes templates of 51,200 bytes; S3 takes a million.
    """
    key = f"{stack_name}.json"
    s3.create_bucket(Bucket=_TEMPLATES)
    s3.put_object(Bucket=_TEMPLATES, Key=key, Body=template_body.encode())
    return f"{s3.meta.endpoint_url}/{_TEMPLATES}/{key}"


def create_stack(
    cloudformation: CloudFormationClient, stack_name: str, *, template_url: str, parameters: Mapping[str, str]
) -> dict[str, str]:
    """Create the stack of an uploaded template and return its outputs.

    Raises DeploymentError with the failed resources' reasons when it ends in anything but CREATE_COMPLETE.
    """
    cloudformation.create_stack(
        StackName=stack_name,
        TemplateURL=template_url,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    deadline = time.monotonic() + _WITHIN_S
    while (stack := cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0])[
        "StackStatus"
    ] == "CREATE_IN_PROGRESS" and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        reasons = "\n".join(_failures(cloudformation, stack_name)) or stack.get("StackStatusReason", "no reason given")
        raise DeploymentError(f"The stack ended as {stack['StackStatus']}:\n{reasons}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _failures(cloudformation: CloudFormationClient, stack_name: str) -> Iterator[str]:
    for event in cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]:
        if event.get("ResourceStatus", "").endswith("_FAILED"):
            yield f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {event.get('ResourceStatusReason')}"


def read_template(file: Path) -> tuple[str, dict[str, Any]]:
    """Return a template as its exact text and as the parsed object.

    Raises DeploymentError when the file is missing or is no JSON object.
    """
    try:
        body = file.read_text("utf-8")
        template = json.loads(body)
    except (OSError, ValueError) as error:
        raise DeploymentError(f"The template {file} cannot be read: {error}") from error
    if not isinstance(template, dict):
        raise DeploymentError(f"The template {file} is no JSON object.")
    return body, template
