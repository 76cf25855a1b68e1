"""`python -m infra.deploy`: bundle, then deploy to the AWS account of the current credentials.

With arguments it runs that CDK command instead (`python -m infra.deploy diff`), through the same pinned CDK and Node.
`--stage dev` says which deployment is meant (`infra.stage`); without it the default one. CDK asks before it widens
permissions.
"""

import argparse
import sys
from pathlib import Path

from infra.bundle import BundleError, lambda_target, make_bundle
from infra.command import CommandError, run_in_view
from infra.node import node_folder, with_node
from infra.npm_packages import install_locked
from infra.stage import stack_name

_ROOT = Path(__file__).resolve().parents[1]
_LOCKED = Path(__file__).parent / "cdk_command"
_DEPLOY = ["deploy", "--all"]

_AFTER = """
After the first deployment, store the image service's API key in the secret whose ARN is the output ApiKeySecretArn:
  aws secretsmanager put-secret-value --secret-id <ApiKeySecretArn> --secret-string file://key.txt
"""


def cdk(arguments: list[str], *, stage: str) -> int:
    """Run the CDK command in view of the user and return its exit status."""
    script = install_locked(_LOCKED, _ROOT / ".build/cdk") / "aws-cdk/bin/cdk"
    app = ["--app", f'"{sys.executable}" -m infra.app', "--context", f"picturebook:stage={stage}"]
    environment = with_node() | {"CDK_DISABLE_CLI_TELEMETRY": "true"}
    return run_in_view([node_folder() / "node", script, *arguments, *app], cwd=_ROOT, environment=environment)


def main(arguments: list[str]) -> int:
    """Exit status of the CDK command, or 1 with one message when it could not be run."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", add_help=False, allow_abbrev=False)
    parser.add_argument("--stage", default="")
    options, command = parser.parse_known_args(arguments)
    try:
        stack_name(options.stage)  # a bad stage is refused here, before the bundle is made
        make_bundle(lambda_target(), _ROOT)
        status = cdk(command or _DEPLOY, stage=options.stage)
    except (BundleError, CommandError, FileNotFoundError, RuntimeError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if status == 0 and not command:
        sys.stdout.write(_AFTER)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
