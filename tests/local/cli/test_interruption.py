from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import weakref
from io import StringIO

import pytest
import typer

from local.cli.error_exit import exit_on_error
from local.cli.exit_status import BadInputError, CommandFailedError
from local.cli.interruption import Interrupted, interruptible


def work_until(*signals: int, cleaned: list[str]) -> None:
    """Be interrupted by the first signal, and by the others while cleaning up."""
    with interruptible():
        try:
            os.kill(os.getpid(), signals[0])
        finally:
            for number in signals[1:]:
                os.kill(os.getpid(), number)
            cleaned.append("up")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_unwinds_the_block_and_gives_the_status_that_shells_know(number: int, status: int) -> None:
    cleaned: list[str] = []
    with pytest.raises(Interrupted) as interrupted:
        work_until(number, cleaned=cleaned)
    assert (interrupted.value.status, cleaned) == (status, ["up"])


def test_further_signals_do_not_stop_the_cleaning_up() -> None:
    cleaned: list[str] = []
    with pytest.raises(Interrupted):
        work_until(signal.SIGINT, signal.SIGINT, signal.SIGTERM, cleaned=cleaned)
    assert cleaned == ["up"]


LOST = """
import os, signal, sys, time, weakref
from local.cli.error_exit import exit_on_error

class Thing: pass

def lose(_):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0)  # the handler runs here
    except BaseException as error:
        print("raised in a callback:", type(error).__name__, flush=True)
        raise  # and goes nowhere

try:
    with exit_on_error():
        thing = Thing()
        reference = weakref.ref(thing, lose)
        del thing
        time.sleep(300)
except BaseException as error:
    print(type(error).__name__, error.exit_code)
"""


def test_an_interrupt_in_a_callback_whose_errors_python_ignores_still_ends_the_command() -> None:
    # A shell's background job inherits an ignored SIGINT, which would not matter here: the block sets its own handler.
    done = subprocess.run([sys.executable, "-c", LOST], capture_output=True, text=True, timeout=600, check=False)  # noqa: S603  ours
    assert done.stdout.splitlines() == ["raised in a callback: Interrupted", "Exit 130"]
    assert done.stderr == "Stopped. Everything that this command started has ended.\n"


LATE = """
import atexit, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
atexit.register(os.kill, os.getpid(), signal.SIGINT)
from local.cli import main
sys.argv = ["picturebook", "--version"]
main()
"""


def test_a_second_interrupt_after_the_work_prints_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, timeout=600, check=False)  # noqa: S603  ours
    assert (done.returncode, done.stderr) == (0, "")


def test_another_lost_exception_is_still_reported() -> None:
    reported: list[str] = []
    before, sys.unraisablehook = sys.unraisablehook, lambda lost: reported.append(str(lost.exc_value))
    try:
        with interruptible():
            thing = Interrupted(signal.SIGINT)
            reference = weakref.ref(thing, lambda _: [].pop())
            del thing
    finally:
        sys.unraisablehook = before
    assert (reported, reference()) == (["pop from empty list"], None)


def test_a_command_that_only_a_signal_ends_succeeds() -> None:
    with pytest.raises(typer.Exit) as ended, exit_on_error(ended_by_signal=True):
        raise Interrupted(signal.SIGTERM)
    assert ended.value.exit_code == 0


def test_the_timer_is_off_after_the_block() -> None:
    with pytest.raises(Interrupted):
        work_until(signal.SIGINT, cleaned=[])
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_the_earlier_handlers_are_restored() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupted_command_prints_the_notes_of_the_interruption(capsys: pytest.CaptureFixture[str]) -> None:
    interrupted = Interrupted(signal.SIGINT)
    interrupted.add_note("2 pictures may be billed.")
    with pytest.raises(typer.Exit) as ended, exit_on_error():
        raise interrupted
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err.splitlines() == [
        "Stopped. Everything that this command started has ended.",
        "2 pictures may be billed.",
    ]


def test_a_failure_is_a_sentence_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, exit_on_error():
        raise CommandFailedError("The functions could not be bundled.")
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "The functions could not be bundled.\n"


def test_the_json_error_names_the_field() -> None:
    stream = StringIO()
    with pytest.raises(typer.Exit), exit_on_error(json_to=stream):
        raise BadInputError("size: no", field="size", accepted="1024x1024")
    assert json.loads(stream.getvalue()) == {
        "type": "error",
        "message": "size: no",
        "field": "size",
        "accepted": "1024x1024",
    }


def test_a_programming_error_is_not_caught() -> None:
    with pytest.raises(ZeroDivisionError), exit_on_error():
        _ = 1 / 0
