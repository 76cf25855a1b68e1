"""A function whose deed kills its process, run as Lambda would run it, again and again.

`dying_function.py FOLDER DEADLY`: DEADLY is `deed`, or `everything` when looking into the message kills too. Each
receive of the one message is handled by a process of its own, forked from this one. Prints a JSON list of how each
ended; FOLDER keeps what outlives them.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from picturebook.adapters.system_clock import SystemClock
from picturebook.entrypoints.queue_function import QueueFunction, RecordHandler
from picturebook.events import Event, request_refused
from tests.fakes.attempt_markers import AttemptMarkersInFiles
from tests.fakes.services import in_memory_services
from tests.functions.conftest import Context, sqs_event

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

MOST_RECEIVES = 12


class InFiles:
    """What is kept and what is announced, one JSON line each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, raw: str, *, reason: str, origin: str) -> None:
        self._append("kept", {"raw": raw, "reason": reason, "origin": origin})

    async def publish(self, events: Sequence[Event]) -> None:
        for event in events:
            self._append("published", event.model_dump(mode="json"))

    def _append(self, name: str, what: dict[str, Any]) -> None:
        with (self._folder / name).open("a") as file:
            file.write(json.dumps(what) + "\n")


def main(folder: Path, *, is_all_deadly: bool) -> None:
    """Hand out the message until it is deleted."""
    ends = []
    for receive in range(1, MOST_RECEIVES + 1):
        pid = os.fork()
        if pid == 0:
            _handle(folder, receive, is_all_deadly=is_all_deadly)
        _, status = os.waitpid(pid, 0)
        ends.append("killed" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}")
        if ends[-1] == "ended 0":
            break
    sys.stdout.write(json.dumps(ends))


def _handle(folder: Path, receive: int, *, is_all_deadly: bool) -> NoReturn:
    async def die(_record: SQSRecord, _deadline: datetime) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def quarantine(_record: SQSRecord, _deadline: datetime) -> None:
        if is_all_deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def origin_of(record: SQSRecord) -> str:
        if is_all_deadly:  # it may look into the message
            os.kill(os.getpid(), signal.SIGKILL)
        return record.message_id

    files = InFiles(folder)
    services = in_memory_services(
        refused_inputs=files,
        event_publisher=files,
        clock=SystemClock(),
        attempt_markers=AttemptMarkersInFiles(folder / "marks"),
    )
    handler = RecordHandler(die, quarantine, refusal_event=request_refused, origin_of=origin_of)
    function = QueueFunction(handler, services, logger=logging.getLogger())
    event = sqs_event('{"deadly": true}', queue="page")
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(receive)
    response = function.handle(event, cast("LambdaContext", Context()))
    os._exit(len(response["batchItemFailures"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), is_all_deadly=sys.argv[2] == "everything")
