"""The CDK app: `cdk synth`, `cdk deploy` and `infra.snapshot` all run this module, in a process that can start Node.

The context `picturebook:assets` says where code comes from: `bundle` (default; make it first) or `named`. The context
`picturebook:stage` says which deployment it is (`infra.stage`); without it the default one, `picturebook`.
"""

from pathlib import Path

from aws_cdk import App

from infra.bundle import load_bundle
from infra.cloud_stack import CloudStack
from infra.code_assets import BundledAssets, CodeAssets, NamedAssets
from infra.constructs.nag_acknowledgments import add_nag_checks
from infra.picturebook_stack import PicturebookStack
from infra.stage import stack_name

_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write the cloud assembly to the folder that CDK_OUTDIR names. Raises BundleError for a missing bundle."""
    app = App(analytics_reporting=False)
    name = stack_name(app.node.try_get_context("picturebook:stage") or "")
    main_stack = PicturebookStack(app, "picturebook", stack_name=name, assets=_assets(app))
    CloudStack(app, "picturebook-cloud", main=main_stack)
    add_nag_checks(app)
    app.synth()


def _assets(app: App) -> CodeAssets:
    choice = app.node.try_get_context("picturebook:assets") or "bundle"
    if choice == "named":
        return NamedAssets()
    if choice == "bundle":
        return BundledAssets(load_bundle(_ROOT, "lambda"))
    raise ValueError(f"context picturebook:assets is {choice!r}; it can be 'bundle' or 'named'")


if __name__ == "__main__":
    main()
