import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.stack.environment import scrubbed
from local.stack.part import Part, PartDidNotStartError, PartEndedError, running
from tests.local.stack.proc import children, eventually, process_group

GUARD = Path(__file__).parents[3] / "local" / "stack" / "guard.py"

FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print('{"ready": true}', flush=True)
time.sleep(600)
"""

# A shell's background job inherits ignored signals; the owner is to end by them wherever the tests run.
OWNER = f"""
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
from pathlib import Path
from local.stack.environment import scrubbed
from local.stack.part import running
command = [sys.executable, "-c", {FAMILY!r}]
with running("family", command, environment=scrubbed(), directory_in=Path(sys.argv[1])) as part:
    part.announcement(within_s=300)
    print(part.guard.pid, flush=True)
    time.sleep(600)
"""


CHATTER = "import sys\nwhile True: print('x' * 4000, flush=True)"
# It leaves the group that is killed, and ends when no process reads its output any more.
DESERTER = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {CHATTER!r}], start_new_session=True, stderr=subprocess.DEVNULL)
time.sleep(600)
"""


def _command(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def test_a_part_and_all_it_started_end_with_the_block(tmp_path: Path) -> None:
    with running("family", _command(FAMILY), environment=scrubbed(), directory_in=tmp_path) as part:
        assert part.announcement(within_s=300) == {"ready": True}
        (leader,) = children(part.guard.pid)
        assert len(process_group(leader)) == 2
    assert not process_group(leader)
    assert part.guard.returncode == 0
    assert not list(tmp_path.iterdir())


def test_an_exception_in_the_block_ends_the_part_too(tmp_path: Path) -> None:
    leaders: set[int] = set()

    def interrupted() -> None:
        with running("family", _command(FAMILY), environment=scrubbed(), directory_in=tmp_path) as part:
            part.announcement(within_s=300)
            leaders.update(children(part.guard.pid))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not process_group(leaders.pop())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_no_orphan_outlives_an_owner_that_is_ended_by(ending: signal.Signals, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen(  # noqa: S603  the script above
        [*_command(OWNER), str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
    ) as owner:
        assert owner.stdout is not None
        guard = int(owner.stdout.readline())
        (leader,) = children(guard)
        owner.send_signal(ending)
    assert eventually(lambda: not process_group(leader) and not process_group(guard))
    assert not list(tmp_path.iterdir())


def test_a_part_that_ends_at_once_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    script = "import sys; print('x' * 5, file=sys.stderr); sys.exit('no such port')"
    with (
        running("The image service", _command(script), environment=scrubbed(), directory_in=tmp_path) as part,
        pytest.raises(PartDidNotStartError) as failure,
    ):
        part.announcement(within_s=300)
    assert str(failure.value) == ("The image service did not start: it ended. The end of its log:\nxxxxx\nno such port")


def test_a_command_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with (
        running("MiniStack", ["/no/such/python"], environment=scrubbed(), directory_in=tmp_path) as part,
        pytest.raises(PartDidNotStartError, match=r"MiniStack did not start: it ended.*\n.*No such file"),
    ):
        part.announcement(within_s=300)


def test_a_part_that_keeps_silent_is_given_up(tmp_path: Path) -> None:
    with (
        running("A", _command("import time; time.sleep(60)"), environment=scrubbed(), directory_in=tmp_path) as part,
        pytest.raises(PartDidNotStartError, match=r"not ready within 0\.1 s"),
    ):
        part.announcement(within_s=0.1)


def test_a_part_that_ends_later_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    with running("MiniStack", _command(FAMILY), environment=scrubbed(), directory_in=tmp_path) as part:
        part.announcement(within_s=300)
        part.check()
        (leader,) = children(part.guard.pid)
        os.killpg(leader, signal.SIGKILL)
        with pytest.raises(PartEndedError, match=r"MiniStack ended unexpectedly\. The end of its log:"):
            _check_until_it_ends(part)


def _check_until_it_ends(part: Part) -> None:
    eventually(lambda: part.check() is not None)  # type: ignore[func-returns-value]  # it returns or raises


def test_what_a_part_prints_after_its_announcement_is_logged_and_never_blocks_it(tmp_path: Path) -> None:
    script = "print('{}', flush=True); print('x' * 1_000_000, flush=True); print('the end', flush=True)"
    with running("A", _command(script), environment=scrubbed(), directory_in=tmp_path) as part:
        part.announcement(within_s=300)
        assert eventually(lambda: part.log_file.read_text().endswith("the end\n"))


def test_a_part_that_announces_itself_in_another_way_is_refused(tmp_path: Path) -> None:
    with (
        running("A", _command("print('hello')"), environment=scrubbed(), directory_in=tmp_path) as part,
        pytest.raises(PartDidNotStartError, match="no JSON object"),
    ):
        part.announcement(within_s=300)


def test_a_part_sees_the_variables_given_and_a_directory_of_its_own(tmp_path: Path) -> None:
    script = "import json, os; print(json.dumps(dict(os.environ)))"
    with running("A", _command(script), environment=scrubbed(KEY="k"), directory_in=tmp_path) as part:
        seen = part.announcement(within_s=300)
    assert seen == {**scrubbed(KEY="k"), "TMPDIR": str(part.directory), "HOME": str(part.directory)}
    assert not part.directory.exists()


@pytest.mark.parametrize(("script", "rounds"), [(CHATTER, 8), (DESERTER, 1)], ids=["in its group", "out of it"])
def test_a_guard_that_ends_a_part_in_the_middle_of_its_output_prints_no_error(
    script: str, rounds: int, tmp_path: Path
) -> None:
    for number in range(rounds):
        directory = tmp_path / str(number)
        directory.mkdir()
        guard = subprocess.Popen(  # noqa: S603  ours
            [sys.executable, "-I", "-S", str(GUARD), str(directory), *_command(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert guard.stdout is not None
        assert guard.stdout.readline()
        _, errors = guard.communicate(timeout=300)
        assert (guard.returncode, errors) == (0, b"")
        assert not directory.exists()
