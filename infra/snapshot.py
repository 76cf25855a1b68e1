"""`python -m infra.snapshot write|check`: the kept templates in `infra/template/`.

They refer to their assets by name (`layer.zip` in `picturebook-assets`), so a change of code does not change them. The
local stack deploys the main template; nothing in it depends on the machine that synthesized it. This module does not
import CDK: it runs `infra.app` as CDK's own command does.
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
# W3005 warns of a redundant dependency: CDK makes a function depend on its role, and on the role's policy too.
_LINT = ("--ignore-checks", "W3005")


def template_path(root: Path, stack: str = MAIN_STACK) -> Path:
    """The path of the kept template of `stack`."""
    return root / "infra/template" / f"{stack}.json"


def digest_path(root: Path) -> Path:
    """The path of the digest of the sources that the kept templates were made from."""
    return root / "infra/template/sources.sha256"


def synthesize(root: Path) -> dict[str, str]:
    """The templates by stack, synthesized from the present sources.

    Raises CommandError with CDK's output when synthesis fails or cdk-nag has a finding.
    """
    context = json.loads((root / "cdk.json").read_text())["context"] | {"picturebook:assets": "named"}
    with tempfile.TemporaryDirectory() as out:
        environment = with_node() | {"CDK_OUTDIR": out, "CDK_CONTEXT_JSON": json.dumps(context)}
        run([sys.executable, "-m", "infra.app"], cwd=root, environment=environment)
        templates = {stack: json.loads((Path(out) / f"{stack}.template.json").read_text()) for stack in STACKS}
    return {stack: json.dumps(template, indent=1) + "\n" for stack, template in templates.items()}


def write(root: Path) -> int:
    """Write the kept templates and the digest of their sources. Raises CommandError as `synthesize` and cfn-lint do."""
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
        sys.stderr.write("The sources changed and the templates did not: run `make synth` to renew the digest.\n")
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
