from __future__ import annotations

import json
import os
import signal
from io import StringIO

import pytest
import typer

from local.cli.ending import ending_well
from local.cli.exit_status import BadInputError, CommandFailedError
from local.cli.interruption import Interrupted, interruptible


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_unwinds_the_block_and_gives_the_status_that_shells_know(number: int, status: int) -> None:
    cleaned = []
    with pytest.raises(Interrupted) as interrupted, interruptible():
        try:
            os.kill(os.getpid(), number)
        finally:
            cleaned.append(True)
    assert (interrupted.value.status, cleaned) == (status, [True])


def test_impatience_does_not_stop_the_cleaning_up() -> None:
    cleaned = []
    with pytest.raises(Interrupted), interruptible():
        try:
            os.kill(os.getpid(), signal.SIGINT)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
            cleaned.append(True)
    assert cleaned == [True]


def test_the_handlers_of_before_are_back_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupted_command_says_so_with_what_is_to_be_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, ending_well():
        interrupted = Interrupted(signal.SIGINT)
        interrupted.add_note("2 pictures may be billed.")
        raise interrupted
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err.splitlines() == [
        "Stopped. Everything that was started has been ended.",
        "2 pictures may be billed.",
    ]


def test_a_failure_is_a_sentence_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, ending_well():
        raise CommandFailedError("The functions could not be bundled.")
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "The functions could not be bundled.\n"


def test_scripts_are_told_the_field() -> None:
    stream = StringIO()
    with pytest.raises(typer.Exit), ending_well(json_to=stream):
        raise BadInputError("size: no", field="size", accepted="1024x1024")
    assert json.loads(stream.getvalue()) == {
        "type": "error",
        "message": "size: no",
        "field": "size",
        "accepted": "1024x1024",
    }


def test_a_mistake_of_ours_stays_a_mistake() -> None:
    with pytest.raises(ZeroDivisionError), ending_well():
        _ = 1 / 0
