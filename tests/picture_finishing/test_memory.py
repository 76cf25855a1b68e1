"""No answer, however large or hostile, needs more memory than documented."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

# In addition to the idle process.
MOST_MEGABYTES = 200
ENDINGS = {
    "a legitimate picture": "finished",
    "word bomb": "bomb_check",
    "pixel bomb": "size_check",
    "50 megapixels": "size_check",
    "letters up to the bound": "response_parsing",
    "objects up to the bound": "response_parsing",
    "wide letters up to the bound": "response_parsing",
    "letters far beyond": "response_parsing",
    "an error without end": "ProviderUnavailableError",
}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads the peak where Linux tells it")
def test_no_answer_takes_more_memory_than_promised(tmp_path: Path) -> None:
    picture = tmp_path / "noise.png"
    # With alpha and uncompressed: the largest file that a model of the catalogue can send.
    noise = Image.effect_noise((960, 540), 120).resize((3840, 2160), Image.Resampling.NEAREST)
    Image.merge("RGBA", [noise] * 4).save(picture, compress_level=0)
    bad = tmp_path / "bad"
    bad.mkdir()

    run = subprocess.run(  # noqa: S603 - this interpreter, our own program
        [sys.executable, "-m", "tests.picture_finishing.memory_of_bad_input", str(picture), str(bad)],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,  # a safety net, should it hang
    )

    taken = json.loads(run.stdout)
    assert {name: ending for name, (ending, _) in taken.items()} == ENDINGS
    assert {name: megabytes for name, (_, megabytes) in taken.items() if megabytes > MOST_MEGABYTES} == {}
