"""`python -m infra.bundle --target lambda|local`: make the bundle and print its size."""

import argparse
import sys
from pathlib import Path

from infra.bundle.installer import UvInstaller, find_uv
from infra.bundle.make import make_bundle
from infra.bundle.record import Bundle, BundleError
from infra.bundle.target import lambda_target, local_target
from infra.command import CommandError

_ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, or 1 with one message when the bundle cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m infra.bundle", description=__doc__)
    parser.add_argument("--target", choices=("lambda", "local"), required=True)
    parser.add_argument("--uv", type=Path, help="the uv to install with (default: the one in .uv/)")
    parser.add_argument("--python", type=Path, help="the interpreter that compiles bytecode (and, locally, runs it)")
    options = parser.parse_args(arguments)
    try:
        target = lambda_target(options.python) if options.target == "lambda" else local_target(options.python)
        bundle = make_bundle(target, _ROOT, UvInstaller(find_uv(_ROOT, options.uv)))
    except (BundleError, CommandError, FileNotFoundError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(_report(bundle))
    return 0


def _report(bundle: Bundle) -> str:
    made = ", ".join(bundle.made) or "nothing, everything was up to date"
    sizes = ", ".join(f"{name} {_megabytes(path.stat().st_size)}" for name, path in sorted(bundle.zips.items()))
    bytecode = f"bytecode for Python {bundle.bytecode}" if bundle.bytecode else "no bytecode"
    lines = [
        f"made: {made}",
        f".build/{bundle.target}: {_megabytes(bundle.unzipped_bytes)} unzipped, {bytecode}; {sizes}",
    ]
    if not bundle.bytecode:
        lines.append(
            "No Python of the target's version on this machine: cold starts will compile. Name one in LAMBDA_PYTHON."
        )
    return "\n".join(lines) + "\n"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.2f} MB" if size < 1e6 else f"{size / 1e6:.1f} MB"


if __name__ == "__main__":
    sys.exit(main())
