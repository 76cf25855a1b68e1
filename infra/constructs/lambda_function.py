"""What all our functions have in common: code, layer, a log group and a role of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.code_assets import CodeAssets
from infra.constructs.judged import accept
from infra.functions import function_asset

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64

_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME": "picturebook", "POWERTOOLS_LOG_LEVEL": "INFO"}


@dataclass(frozen=True)
class FunctionPlan:
    """What sets one function apart, whatever starts it. `name` is its folder's."""

    name: str
    timeout: Duration
    memory_mb: int
    environment: Mapping[str, str]
    access: Sequence[iam.PolicyStatement]


@dataclass(frozen=True)
class FunctionCode:
    """Where all functions have their code from, and the layer on which they stand."""

    assets: CodeAssets
    layer: lambda_.LayerVersion


def function_name(name: str) -> str:
    """The function of the folder `verb_noun` is called `picturebook-verb-noun`."""
    return f"picturebook-{name.replace('_', '-')}"


class LambdaFunction(Construct):
    """The function of one folder of `functions/`; what starts it is the matter of its kinds."""

    def __init__(self, scope: Construct, construct_id: str, plan: FunctionPlan, code: FunctionCode) -> None:
        super().__init__(scope, construct_id)
        name = function_name(plan.name)
        log_group = self._log_group(name)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=code.assets.code(self, function_asset(plan.name)),
            handler="handler.lambda_handler",
            layers=[code.layer],
            memory_size=plan.memory_mb,
            timeout=plan.timeout,
            role=self._role(log_group, plan.access),
            log_group=log_group,
            environment={**plan.environment, **_POWERTOOLS},
        )
        accept(self.function, "L1", "Wheels and bytecode are bundled for this Python version; both change together.")

    def _log_group(self, name: str) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{name}",
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
            parts = resource.get("Fn::Join", [None, []])[1] if isinstance(resource, dict) else []
            if len(parts) == 2 and str(parts[1]).endswith("*"):
                arn, prefix = parts
                where = f"<{'.'.join(arn['Fn::GetAtt'])}>{prefix}"
                accept(
                    role, f"IAM5[Resource::{where}]", "Story ids come at run time; the prefix is the narrowest name."
                )
