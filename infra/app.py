"""The CDK app: `cdk synth`, `cdk deploy` and `infra.snapshot` all run this module, in a process with Node at hand.

The context `picturebook:assets` says where code comes from: `bundle` (default; make it first) or `named`.
"""

from pathlib import Path

from aws_cdk import App

from infra.bundle import load_bundle
from infra.cloud_stack import CloudStack
from infra.code_assets import BundledAssets, CodeAssets, NamedAssets
from infra.constructs.judged import judge
from infra.picturebook_stack import PicturebookStack

_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write the cloud assembly to where CDK_OUTDIR says. Raises BundleError when the bundle is wanted and not there."""
    app = App(analytics_reporting=False)
    main_stack = PicturebookStack(app, "picturebook", assets=_assets(app))
    CloudStack(app, "picturebook-cloud", main=main_stack)
    judge(app)
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
