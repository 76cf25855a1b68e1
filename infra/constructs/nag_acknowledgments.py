"""cdk-nag's AWS Solutions rules, and how a construct acknowledges a finding that it keeps, beside its reason."""

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

_PACK = "AwsSolutions"


def add_nag_checks(app: App) -> None:
    """Have cdk-nag check the whole app at synthesis, which fails on every finding without an acknowledgment."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge the finding of `rule` (like "S1", or "IAM5[Resource::…]") on this construct and its children."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"{_PACK}::{_PACK}-{rule}", reason=reason))
