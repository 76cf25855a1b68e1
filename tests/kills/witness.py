"""Sees who asked for which claim and who decided, in a file that outlives the process that is killed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from picturebook.models.pictures import PictureOutcome, PictureRef
from picturebook.models.runs import Claim, PictureRecord
from picturebook.ports.story_ledger import StoryLedger


class WitnessedLedger:
    """A StoryLedger that notes claims before they are asked for, and outcomes after they are decided."""

    def __init__(self, ledger: StoryLedger, file: Path) -> None:
        self._ledger = ledger
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    async def claim(
        self, picture: PictureRef, *, claim_id: str, deadline: datetime, replacing: str | None, is_repay: bool = False
    ) -> Claim:
        self._note("claim", picture, claim_id=claim_id, replacing=replacing, is_repay=is_repay)
        return await self._ledger.claim(
            picture, claim_id=claim_id, deadline=deadline, replacing=replacing, is_repay=is_repay
        )

    async def decide(
        self, picture: PictureRef, outcome: PictureOutcome, *, decided_at: datetime, held_claim: str | None = None
    ) -> PictureRecord:
        record = await self._ledger.decide(picture, outcome, decided_at=decided_at, held_claim=held_claim)
        self._note("decide", picture, reason=outcome.reason)
        return record

    def _note(self, what: str, picture: PictureRef, **more: object) -> None:
        line = json.dumps(
            {"what": what, "pid": os.getpid(), "picture": f"{picture.owner}/{picture.picture_id}", **more}
        )
        # One write to a file opened for appending is whole, or was not made.
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{line}\n".encode())
        os.close(descriptor)


def testimony(file: Path) -> list[Mapping[str, Any]]:
    """Return what was noted, in order."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def claiming_processes(file: Path) -> set[int]:
    """Return the processes that claimed a picture and have not decided it yet: most of them are in a paid call."""
    last = {note["pid"]: note["what"] for note in testimony(file)} if file.exists() else {}
    return {pid for pid, what in last.items() if what == "claim"}
