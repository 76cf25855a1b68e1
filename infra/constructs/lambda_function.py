"""What all our functions have in common: code, layer, a log group and a role of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.code_assets import CodeAssets
from infra.constructs.nag_acknowledgments import acknowledge
from infra.constructs.names import STACK_NAME, stack_prefixed
from infra.functions import function_asset

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64

# The service name distinguishes the stages of one account in logs and metrics.
_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME": STACK_NAME, "POWERTOOLS_LOG_LEVEL": "INFO"}


@dataclass(frozen=True)
class FunctionSpec:
    """What distinguishes one function, however it is invoked. `name` is its folder's (`verb_noun`)."""

    name: str
    timeout: Duration
    memory_mb: int
    environment: Mapping[str, str]
    access: Sequence[iam.PolicyStatement]


@dataclass(frozen=True)
class FunctionCode:
    """The source of all functions' code, and the layer that they share."""

    assets: CodeAssets
    layer: lambda_.LayerVersion


def kebab_case(name: str) -> str:
    """The folder `verb_noun` in names of resources: `verb-noun`."""
    return name.replace("_", "-")


class LambdaFunction(Construct):
    """The function `<stack>-<verb-noun>` of one folder of `functions/`; its subclasses add what invokes it."""

    def __init__(self, scope: Construct, construct_id: str, spec: FunctionSpec, code: FunctionCode) -> None:
        super().__init__(scope, construct_id)
        name = stack_prefixed(kebab_case(spec.name))
        log_group = self._log_group(name)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=code.assets.code(self, function_asset(spec.name)),
            handler="handler.lambda_handler",
            layers=[code.layer],
            memory_size=spec.memory_mb,
            timeout=spec.timeout,
            role=self._role(log_group, spec.access),
            log_group=log_group,
            environment={**spec.environment, **_POWERTOOLS},
        )
        acknowledge(
            self.function, "L1", "Wheels and bytecode are bundled for this Python version; both change together."
        )

    def _log_group(self, name: str) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=logs.RetentionDays.THREE_MONTHS,  # as long as ledger records live
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _role(self, log_group: logs.LogGroup, access: Sequence[iam.PolicyStatement]) -> iam.Role:
        """Without AWS's managed policy, which may write to every log group of the account.

        It may not create log groups either, so a late invocation cannot create one that a later deployment would meet.
        """
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        for statement in access:
            role.add_to_policy(statement)
            self._acknowledge_prefixes(role, statement)
        return role

    def _acknowledge_prefixes(self, role: iam.Role, statement: iam.PolicyStatement) -> None:
        """Only keys below a prefix; a wildcard anywhere else is still a finding."""
        for resource in Stack.of(self).resolve(statement.resources):
            parts = resource.get("Fn::Join", [None, []])[1] if isinstance(resource, dict) else []
            if len(parts) == 2 and str(parts[1]).endswith("*"):
                arn, prefix = parts
                where = f"<{'.'.join(arn['Fn::GetAtt'])}>{prefix}"
                acknowledge(
                    role,
                    f"IAM5[Resource::{where}]",
                    "Story ids are only known at run time; the prefix is the narrowest name.",
                )
