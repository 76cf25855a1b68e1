"""The ledger: which runs exist, who may pay for a picture, how each one ended.

Every method is one conditional write or one read, and safe to repeat with the same arguments: a
write whose answer was lost is recognised by its own id. All raise StoreUnavailableError, those that
change a run also when the ledger has no such run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from picturebook.models.circuits import Circuit
from picturebook.models.pictures import PictureOutcome, PictureRef
from picturebook.models.runs import Claim, PictureRecord, Run, RunEnding


@dataclass(frozen=True, slots=True)
class Admission:
    """What one read says before a picture is begun.

    `run` is None for a request without a story. `sheets` holds the records of the asked-for pictures that
    exist, by picture id. `circuit` is None while nothing was ever recorded of the route, and so is `circuit_beside` of
    the other one.
    """

    run: Run | None
    record: PictureRecord
    sheets: Mapping[str, PictureRecord] = field(default_factory=dict)
    circuit: Circuit | None = None
    circuit_beside: Circuit | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A story's current revision, and the one that it displaced (None for a first one)."""

    revision: str
    displaced: str | None = None


def upload_rank(run: Run) -> str:
    """Return a string by which two uploads of a story compare; uploads of one moment by their revisions.

    Without that tie-break, the order of delivery would decide, and a redelivery would change the decision.
    """
    return f"{run.position.sort_key()}|{run.revision}"


class StoryLedger(Protocol):
    """See the module."""

    async def admit(
        self, picture: PictureRef, *, sheets: Sequence[PictureRef], route: str, beside: str | None = None
    ) -> Admission:
        """Read the run, the picture, the sheets, the route's circuit and that of a route `beside` it in one request."""
        ...

    async def record_run(self, run: Run) -> Run:
        """Write a new run; return the run as recorded, which is the earlier one where it existed."""
        ...

    async def advance_head(self, run: Run) -> Head:
        """Make `run` the story's current one, unless the current one was uploaded later; return which is.

        Repeating it, and uploading the current revision again, tells the same displaced revision. Only the last
        one is remembered: a run displaced before that, and not ended by a crash, is found by the sweep.
        """
        ...

    async def find_run(self, story_id: str, revision: str) -> Run | None:
        """Return the run, or None."""
        ...

    async def mark_queued(self, run: Run, *, at: datetime) -> None:
        """Note that every first message of the run was sent."""
        ...

    async def claim(
        self, picture: PictureRef, *, claim_id: str, deadline: datetime, replacing: str | None, is_repay: bool = False
    ) -> Claim:
        """Write the right to one paid call.

        Given when the picture has no outcome and no claim, or when its claim is `replacing`: the caller's own
        earlier one, known to be unbilled, or with `is_repay` an expired one whose outcome stays unknown, once
        in the picture's life, even when the re-pay is released. That a claim has expired, the caller has seen
        in its record. One that is held for a person is never replaced. Raises ClaimRefusedError with what stands in the
        way, ValueError for a re-pay that replaces nothing.
        """
        ...

    async def release(self, picture: PictureRef, claim_id: str, *, is_failure: bool = False) -> None:
        """Give the claim back, as its call is known not to have been billed; nothing happens if it is not current.

        `attempts` and `repays` stay as they are; `is_failure` counts it among the picture's `failures`.
        """
        ...

    async def decide(
        self, picture: PictureRef, outcome: PictureOutcome, *, decided_at: datetime, held_claim: str | None = None
    ) -> PictureRecord:
        """Fix the picture's ending; return the record, whose outcome is the earlier one where it had ended.

        With `held_claim` only while that claim is held: the record has no outcome when a person was faster. The
        picture stays listed as held until `LedgerMaintenance.forget_hold`, so that its ending is announced
        even if this worker dies.
        """
        ...

    async def hold(self, picture: PictureRef, claim_id: str, *, at: datetime, until: datetime) -> PictureRecord:
        """Have a lost claim wait for a person; return the record, which is not held when the claim is not current.

        Holding a held picture again changes nothing: its time does not start anew.
        """
        ...

    async def charge(self, run: Run, charge_id: str, amount_usd: Decimal) -> bool:
        """Take `amount_usd` from what the run may spend beside its pictures' allowances; False when it is not there.

        The same charge twice is one. A run without a maximum pays everything.
        """
        ...

    async def settle(self, run: Run, picture_id: str, *, at: datetime) -> Run:
        """Take the picture out of the run's open set; return the run as it is now.

        Whoever gets a run without open pictures is last, and so is everybody who repeats it.
        """
        ...

    async def decide_ending(self, run: Run, ending: RunEnding, *, reason: str | None, decided_at: datetime) -> Run:
        """Fix the run's ending; return the run, whose ending is the earlier one where it had ended."""
        ...

    async def confirm_ending(self, run: Run) -> None:
        """Note that the ending was announced; raises StoreUnavailableError when none was decided."""
        ...

    async def pictures(self, run: Run) -> Sequence[PictureRecord]:
        """Return the records of all pictures of the run that were begun, in order of their ids and takes."""
        ...
