"""The local cloud: MiniStack with a template deployed on it, its outputs, clients and logs.

Leaving the block ends all its processes and removes its files. So does the end of this process, however it ends.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local.stack import environment
from local.stack.deployment import Deployment, Package, create_stack, read_template, upload_packages, upload_template
from local.stack.emulator import REGION, running_ministack
from local.stack.part import Part

_READY_WITHIN_S = 180.0
_LONGEST_ANSWER_S = 300
"""For a function's first answer: ten processes that import openai at once on two cores take most of a minute."""

Report = Callable[[str], None]


@dataclass(frozen=True)
class LocalCloud:
    """A deployed stack on this machine."""

    endpoint_url: str
    outputs: Mapping[str, str]
    part: Part
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)
    _making: Lock = field(default_factory=Lock, repr=False)

    @staticmethod
    @contextmanager
    def start(
        deployment: Deployment,
        *,
        state_dir: Path,
        port: int | None = None,
        report: Report = lambda _: None,
    ) -> Iterator["LocalCloud"]:
        """Run MiniStack with the deployment on it until the block is left.

        state_dir holds MiniStack's environment from run to run, and the files of this run until its end; the default
        port is a free one. Raises LocalStackError when MiniStack does not start or refuses the template.
        """
        with starting(deployment.packages, state_dir=state_dir, port=port, report=report) as ministack:
            yield deploy(ministack, deployment, report=report)

    def deploy_beside(self, deployment: Deployment, *, report: Report = lambda _: None) -> "LocalCloud":
        """Deploy another stack on the same emulator, under the deployment's own stack name.

        Raises DeploymentError when the emulator refuses the template.
        """
        return _deploy(self.endpoint_url, self.part, deployment, report=report)

    def client(self, service: str) -> Any:
        """Return this cloud's boto3 client of a service; thread-safe, made once."""
        with self._making:
            if service not in self._clients:
                self._clients[service] = client_of(self.endpoint_url, service)
            return self._clients[service]

    def function_logs(self, function_name: str, *, since_ms: int = 0) -> str:
        """Return the log of a function's finished invocations, at most 10,000 lines.

        since_ms is in milliseconds since 1970. MiniStack returns no further page.
        """
        group = self._log_group(function_name)
        logs = self.client("logs")
        try:
            events = logs.filter_log_events(logGroupName=group, startTime=since_ms)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return ""
        return "\n".join(event["message"] for event in events)

    def _log_group(self, function_name: str) -> str:
        configuration = self.client("lambda").get_function_configuration(FunctionName=function_name)
        return str(configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function_name}")


@contextmanager
def starting(packages: Mapping[str, Package], *, state_dir: Path, port: int | None, report: Report) -> Iterator[Part]:
    """Start MiniStack without waiting until it is ready, so that other parts can start meanwhile; `deploy` waits."""
    report("Preparing MiniStack's environment")
    interpreters = environment.prepare(state_dir / "environment")
    report("Starting MiniStack")
    with running_ministack(packages, interpreters=interpreters, port=port, state_dir=state_dir) as ministack:
        yield ministack


def deploy(ministack: Part, deployment: Deployment, *, report: Report) -> LocalCloud:
    """Wait for MiniStack and deploy on it, once per emulator; raises as `LocalCloud.start` does.

    `LocalCloud.deploy_beside` deploys further stacks.
    """
    endpoint_url = str(ministack.announcement(within_s=_READY_WITHIN_S)["address"])
    return _deploy(endpoint_url, ministack, deployment, report=report)


def _deploy(endpoint_url: str, ministack: Part, deployment: Deployment, *, report: Report) -> LocalCloud:
    body, template = read_template(deployment.template)
    report(f"Deploying {deployment.template.name} on {endpoint_url}")
    s3 = client_of(endpoint_url, "s3")
    upload_packages(s3, template, deployment.packages)
    outputs = create_stack(
        client_of(endpoint_url, "cloudformation"),
        deployment.stack_name,
        template_url=upload_template(s3, body, stack_name=deployment.stack_name),
        parameters=deployment.parameters,
    )
    return LocalCloud(endpoint_url, outputs, ministack)


def client_of(endpoint_url: str, service: str) -> Any:
    """Make a boto3 client for this address only. It ignores the user's profile, proxies and keys."""
    unset = {"profile": None, "config_file": os.devnull, "credentials_file": os.devnull}
    ours = botocore.session.Session(session_vars={name: (None, None, value, None) for name, value in unset.items()})
    return boto3.Session(botocore_session=ours, region_name=REGION).client(  # type: ignore[call-overload]  # by name
        service,
        endpoint_url=endpoint_url,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106  no secret: the emulator accepts anything
        config=Config(
            proxies={}, read_timeout=_LONGEST_ANSWER_S, retries={"total_max_attempts": 1}, max_pool_connections=50
        ),
    )
