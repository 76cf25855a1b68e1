import os
import sys
from pathlib import Path

import pytest

from infra.command import CommandError, run, run_in_view


def test_a_tool_that_succeeds_gives_its_output() -> None:
    assert run([sys.executable, "-c", "print('done')"]) == "done\n"


def test_a_tool_that_fails_gives_one_error_with_its_own_words() -> None:
    with pytest.raises(CommandError, match=r"(?s)ended with 3:.*the reason"):
        run([sys.executable, "-c", "import sys; print('the reason', file=sys.stderr); sys.exit(3)"])


def test_a_tool_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot run .*missing"):
        run([tmp_path / "missing"])


def test_in_view_of_the_user_the_status_is_passed_on(tmp_path: Path) -> None:
    assert run_in_view([sys.executable, "-c", "raise SystemExit(7)"], cwd=tmp_path, environment=os.environ) == 7
