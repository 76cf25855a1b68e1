"""The README's example, run as it stands."""

import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()


def test_the_example_saves_a_sheet_and_a_page_and_prints_nothing(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "example.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-W", "error", "example.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for name, size in (("mira.png", (1024, 1024)), ("page.png", (1536, 1024))):
        with Image.open(tmp_path / name) as picture:
            assert (picture.format, picture.size) == ("PNG", size)
