"""`python -m infra.snapshot write|check`: the kept template `infra/template/picturebook.json`.

The template names its assets (`layer.zip` in `picturebook-assets`), so a change of code does not change it. The local
stack deploys this file; nothing in it depends on the machine that synthesized it. This module does not import CDK: it
runs `infra.app` the way CDK's own command does.
"""

import argparse
import difflib
import json
import sys
import tempfile
from pathlib import Path

from infra.command import CommandError, run
from infra.node import with_node
from infra.sources import sources_digest

_ROOT = Path(__file__).resolve().parents[1]
_STACK = "picturebook"
# W3005: CDK repeats a function's dependency on its role beside the one on the role's policy, which is needed.
_LINT = ("--ignore-checks", "W3005")


def template_path(root: Path) -> Path:
    """Where the kept template is."""
    return root / "infra/template" / f"{_STACK}.json"


def digest_path(root: Path) -> Path:
    """Where the digest of the sources it was made from is."""
    return root / "infra/template/sources.sha256"


def synthesize(root: Path) -> str:
    """The template as `infra/` describes it now. Raises CommandError with CDK's words when it does not synthesize."""
    context = json.loads((root / "cdk.json").read_text())["context"] | {"picturebook:assets": "named"}
    with tempfile.TemporaryDirectory() as out:
        environment = with_node() | {"CDK_OUTDIR": out, "CDK_CONTEXT_JSON": json.dumps(context)}
        run([sys.executable, "-m", "infra.app"], cwd=root, environment=environment)
        template = json.loads((Path(out) / f"{_STACK}.template.json").read_text())
    return json.dumps(template, indent=1) + "\n"


def write(root: Path) -> int:
    """Renew the kept template."""
    template_path(root).parent.mkdir(exist_ok=True)
    template_path(root).write_text(synthesize(root))
    digest_path(root).write_text(sources_digest(root) + "\n")
    _lint(root)
    sys.stdout.write(f"wrote {template_path(root).relative_to(root)}\n")
    return 0


def check(root: Path) -> int:
    """1, with the difference, when the kept template is not byte for byte what `infra/` synthesizes."""
    kept, fresh = template_path(root).read_text(), synthesize(root)
    if kept != fresh:
        difference = difflib.unified_diff(kept.splitlines(), fresh.splitlines(), "kept", "synthesized", lineterm="")
        sys.stderr.write("\n".join(difference) + "\nThe kept template is stale: run `make synth`.\n")
        return 1
    if digest_path(root).read_text().strip() != sources_digest(root):
        sys.stderr.write("The sources changed and the template did not: run `make synth` to note it.\n")
        return 1
    _lint(root)
    return 0


def _lint(root: Path) -> None:
    """Raises CommandError with cfn-lint's findings."""
    run([Path(sys.executable).with_name("cfn-lint"), "--template", template_path(root), *_LINT], cwd=root)


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
