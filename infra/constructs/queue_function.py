"""A function that works off one queue, with a role and a log group of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.code_assets import CodeAssets
from infra.constructs.judged import accept
from infra.constructs.work_queue import WorkQueue
from infra.functions import function_asset

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64

_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME": "picturebook", "POWERTOOLS_LOG_LEVEL": "INFO"}


@dataclass(frozen=True)
class FunctionPlan:
    """What sets one function apart. `name` is its folder's; `concurrency` counts invocations at once."""

    name: str
    queue: WorkQueue
    memory_mb: int
    batch_size: int
    concurrency: int
    environment: Mapping[str, str]
    access: Sequence[iam.PolicyStatement]


class QueueFunction(Construct):
    """The function `picturebook-<verb>-<noun>` of the folder `functions/<verb_noun>`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        plan: FunctionPlan,
        *,
        assets: CodeAssets,
        layer: lambda_.LayerVersion,
    ) -> None:
        super().__init__(scope, construct_id)
        function_name = f"picturebook-{plan.name.replace('_', '-')}"
        log_group = self._log_group(function_name)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=function_name,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=assets.code(self, function_asset(plan.name)),
            handler="handler.lambda_handler",
            layers=[layer],
            memory_size=plan.memory_mb,
            timeout=plan.queue.timeout,
            role=self._role(log_group, plan.access),
            log_group=log_group,
            environment={**plan.environment, **_POWERTOOLS},
        )
        accept(self.function, "L1", "Wheels and bytecode are bundled for this Python version; both change together.")
        self._work_off(plan)

    def _log_group(self, function_name: str) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{function_name}",
            retention=logs.RetentionDays.THREE_MONTHS,  # as long as ledger records live
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _role(self, log_group: logs.LogGroup, access: Sequence[iam.PolicyStatement]) -> iam.Role:
        """Without AWS's managed policy, which may write to every log group of the account."""
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        for statement in access:
            role.add_to_policy(statement)
            self._accept_prefixes(role, statement)
        return role

    def _accept_prefixes(self, role: iam.Role, statement: iam.PolicyStatement) -> None:
        """Only keys below a prefix; a wildcard anywhere else is still a finding."""
        for resource in Stack.of(self).resolve(statement.resources):
            if isinstance(resource, dict) and "Fn::Join" in resource:
                arn, prefix = resource["Fn::Join"][1]
                where = f"<{'.'.join(arn['Fn::GetAtt'])}>{prefix}"
                accept(
                    role, f"IAM5[Resource::{where}]", "Story ids come at run time; the prefix is the narrowest name."
                )

    def _work_off(self, plan: FunctionPlan) -> None:
        """The concurrency is a literal: a parameter in its place stops the mapping in the local emulator, silently."""
        self.function.add_event_source(
            sources.SqsEventSource(
                plan.queue.queue,
                batch_size=plan.batch_size,
                max_concurrency=plan.concurrency,
                report_batch_item_failures=True,
            )
        )
