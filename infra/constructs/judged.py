"""What cdk-nag's AWS Solutions rules object to and we keep, each beside its reason in the construct that keeps it."""

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

_PACK = "AwsSolutions"


def judge(app: App) -> None:
    """Have cdk-nag judge all of the app at synthesis, which fails on any finding that nobody accepted."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def accept(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept the finding of `rule` (like "S1", or "IAM5[Resource::…]") on this construct and what is in it."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"{_PACK}::{_PACK}-{rule}", reason=reason))
