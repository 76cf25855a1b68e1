"""`python -m infra.snapshot write|check`: the kept templates in `infra/template/`.

They name their assets (`layer.zip` in `picturebook-assets`), so a change of code does not change them. The local stack
deploys the main one; nothing in it depends on the machine that synthesized it. This module does not import CDK: it
runs `infra.app` the way CDK's own command does.
"""

import argparse
import difflib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from infra.command import CommandError, run
from infra.node import with_node
from infra.sources import sources_digest

_ROOT = Path(__file__).resolve().parents[1]
MAIN_STACK = "picturebook"
STACKS = (MAIN_STACK, "picturebook-cloud")
# W3005: CDK repeats a function's dependency on its role beside the one on the role's policy, which is needed.
_LINT = ("--ignore-checks", "W3005")


def template_path(root: Path, stack: str = MAIN_STACK) -> Path:
    """Where the kept template of `stack` is."""
    return root / "infra/template" / f"{stack}.json"


def digest_path(root: Path) -> Path:
    """Where the digest of the sources that the templates were made from is."""
    return root / "infra/template/sources.sha256"


def synthesize(root: Path) -> dict[str, str]:
    """The templates by stack, as `infra/` describes them now.

    Raises CommandError with CDK's words when they do not synthesize or cdk-nag finds something.
    """
    context = json.loads((root / "cdk.json").read_text())["context"] | {"picturebook:assets": "named"}
    with tempfile.TemporaryDirectory() as out:
        environment = with_node() | {"CDK_OUTDIR": out, "CDK_CONTEXT_JSON": json.dumps(context)}
        run([sys.executable, "-m", "infra.app"], cwd=root, environment=environment)
        templates = {stack: json.loads((Path(out) / f"{stack}.template.json").read_text()) for stack in STACKS}
    return {stack: json.dumps(template, indent=1) + "\n" for stack, template in templates.items()}


def write(root: Path) -> int:
    """Renew the kept templates."""
    for stack, template in synthesize(root).items():
        path = template_path(root, stack)
        path.parent.mkdir(exist_ok=True)
        path.write_text(template)
        sys.stdout.write(f"wrote {path.relative_to(root)}\n")
    digest_path(root).write_text(sources_digest(root) + "\n")
    _lint(root)
    return 0


def check(root: Path) -> int:
    """1, with the difference, when a kept template is not byte for byte what `infra/` synthesizes."""
    differences = [
        line
        for stack, fresh in synthesize(root).items()
        for line in _difference(template_path(root, stack).read_text(), fresh, stack)
    ]
    if differences:
        sys.stderr.write("\n".join(differences) + "\nThe kept templates are stale: run `make synth`.\n")
        return 1
    if digest_path(root).read_text().strip() != sources_digest(root):
        sys.stderr.write("The sources changed and the templates did not: run `make synth` to note it.\n")
        return 1
    _lint(root)
    return 0


def _difference(kept: str, fresh: str, stack: str) -> Iterator[str]:
    names = f"{stack}, kept", f"{stack}, synthesized"
    return difflib.unified_diff(kept.splitlines(), fresh.splitlines(), *names, lineterm="")


def _lint(root: Path) -> None:
    """Raises CommandError with cfn-lint's findings."""
    run(
        [Path(sys.executable).with_name("cfn-lint"), *_LINT, "--", *(template_path(root, stack) for stack in STACKS)],
        cwd=root,
    )


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, or 1 when the template is stale, does not synthesize or does not pass cfn-lint."""
    parser = argparse.ArgumentParser(prog="python -m infra.snapshot")
    parser.add_argument("action", choices=("write", "check"))
    action = write if parser.parse_args(arguments).action == "write" else check
    try:
        return action(_ROOT)
    except (CommandError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
