"""The ledger: which runs exist, which worker may pay for a picture, and each picture's outcome.

Every method is one conditional write or one read, and safe to repeat with the same arguments: a write whose answer was
lost is recognized by its own id. All raise StoreUnavailableError; methods that change a run also raise it if the ledger
has no such run.
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


class ClaimRefusedError(Exception):
    """The claim was refused; `record` shows why: it has an outcome, or another claim."""

    def __init__(self, record: PictureRecord) -> None:
        super().__init__("claim refused")
        self.record = record


@dataclass(frozen=True, slots=True)
class Admission:
    """What one read returns before a picture is started.

    `run` is None for a request without a story. `sheets` holds the existing records of the given sheets, by picture id.
    `circuit` is None if none is stored for the route; `other_circuit` is the circuit of `other_route`.
    """

    run: Run | None
    record: PictureRecord
    sheets: Mapping[str, PictureRecord] = field(default_factory=dict)
    circuit: Circuit | None = None
    other_circuit: Circuit | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A story's current revision, and the one that it displaced (None for the first)."""

    revision: str
    displaced: str | None = None


def upload_rank(run: Run) -> str:
    """Return a string that orders two uploads of a story by time; uploads of the same moment by their revisions.

    Without that tie-break the order of delivery would decide, and a redelivery could change the decision.
    """
    return f"{run.position.sort_key()}|{run.revision}"


class StoryLedger(Protocol):
    """See the module's docstring."""

    async def admit(
        self, picture: PictureRef, *, sheets: Sequence[PictureRef], route: str, other_route: str | None = None
    ) -> Admission:
        """Read the run, the picture, the sheets, and the circuits of `route` and `other_route`, in one request."""
        ...

    async def record_run(self, run: Run) -> Run:
        """Write a new run, unless there is one; return the stored run."""
        ...

    async def advance_head(self, run: Run) -> Head:
        """Make `run` the story's current run, unless the current one was uploaded later; return the current revision.

        Repeating the call, or uploading the current revision again, returns the same displaced revision. Only the last
        displaced one is stored: the sweep finds an earlier one whose run was not ended because of a crash.
        """
        ...

    async def find_run(self, story_id: str, revision: str) -> Run | None:
        """Return the run, or None."""
        ...

    async def mark_queued(self, run: Run, *, at: datetime) -> None:
        """Record that all first messages of the run were sent."""
        ...

    async def claim(
        self, picture: PictureRef, *, claim_id: str, deadline: datetime, replacing: str | None, is_repay: bool = False
    ) -> Claim:
        """Write a claim, the right to make one paid call.

        It is given if the picture has no outcome and no claim, or if its claim is `replacing`: the caller's own
        earlier claim whose call was not billed, or, with `is_repay`, an expired claim whose outcome stays unknown. The
        caller checks the expiry. A re-payment is given once per picture, even if it is released. A claim that is held
        for the operator is never replaced. Raises ClaimRefusedError with the record that prevents the claim,
        ValueError for a re-payment that replaces nothing.
        """
        ...

    async def release(self, picture: PictureRef, claim_id: str, *, is_failure: bool = False) -> None:
        """Remove the claim, because its call was not billed; nothing happens if it is not the current claim.

        `attempts` and `repays` do not change; with `is_failure` the picture's `failures` is incremented.
        """
        ...

    async def decide(
        self, picture: PictureRef, outcome: PictureOutcome, *, decided_at: datetime, held_claim: str | None = None
    ) -> PictureRecord:
        """Write the picture's outcome, unless it has one; return the stored record.

        With `held_claim`, the outcome is written only while that claim is held: the record has no outcome if the
        operator has ended the hold. The picture stays listed as held until `LedgerMaintenance.forget_hold`, so that
        its outcome is published even if this worker dies.
        """
        ...

    async def hold(self, picture: PictureRef, claim_id: str, *, at: datetime, until: datetime) -> PictureRecord:
        """Hold a lost claim for the operator; return the record, which is not held if the claim is not current.

        Holding a held picture again changes nothing: its time does not start again.
        """
        ...

    async def charge(self, run: Run, charge_id: str, amount_usd: Decimal) -> bool:
        """Take `amount_usd` from the run's spare money; return False if less than that is left.

        Spare money is what the run may spend beyond its pictures' allowances. Repeating a charge takes nothing more. A
        run without a maximum cost accepts every charge.
        """
        ...

    async def settle(self, run: Run, picture_id: str, *, at: datetime) -> Run:
        """Remove the picture from the run's open pictures; return the stored run.

        A returned run without open pictures means that this picture was the last; repeating the call returns the same.
        """
        ...

    async def decide_ending(self, run: Run, ending: RunEnding, *, reason: str | None, decided_at: datetime) -> Run:
        """Write the run's ending, unless it has one; return the stored run."""
        ...

    async def confirm_ending(self, run: Run) -> None:
        """Record that the ending was published; raises StoreUnavailableError if the run has no ending."""
        ...

    async def pictures(self, run: Run) -> Sequence[PictureRecord]:
        """Return the records of all started pictures of the run, ordered by id and take."""
        ...
