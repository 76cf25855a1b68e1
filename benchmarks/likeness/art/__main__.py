"""`python -m benchmarks.likeness.art INTO PHOTOGRAPHS`: download packages, draw characters, copy photographs.

Runs in the infrastructure's environment, which has Node. INTO gets `figures/` and `photographs/`; PHOTOGRAPHS is the
folder with scikit-image's sample pictures.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from infra.command import CommandError, run
from infra.node import node_folder
from infra.npm_packages import install_locked

_HERE = Path(__file__).parent
_DRAWING = "draw.mjs"


def main(into: str, photographs: str) -> int:
    """Return exit status 0, or 1 with one message when something could not be downloaded or drawn."""
    folder = Path(into)
    try:
        install_locked(_HERE, folder)
        shutil.copyfile(_HERE / _DRAWING, folder / _DRAWING)
        run([node_folder() / "node", _DRAWING], cwd=folder)
        shutil.copytree(photographs, folder / "photographs", dirs_exist_ok=True)
    except (CommandError, OSError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
