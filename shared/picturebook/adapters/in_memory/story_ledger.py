"""The ledger in this process's memory, by the rules of the port.

No method awaits, so each is atomic for the tasks of one event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from picturebook.adapters.in_memory.ledger_tables import HeadRecord, LedgerTables
from picturebook.errors import ClaimRefusedError, StoreUnavailableError
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import PictureOutcome, PictureRef
from picturebook.models.runs import Claim, PictureRecord, Run, RunEnding
from picturebook.ports.story_ledger import Admission, Head, upload_rank


def _no_circuit(_route: str) -> Circuit | None:
    return None


class InMemoryStoryLedger:
    """A StoryLedger; `circuit_of` returns a route's stored circuit, or None."""

    def __init__(self, circuit_of: Callable[[str], Circuit | None] = _no_circuit) -> None:
        self._circuit_of = circuit_of
        self.tables = LedgerTables()

    async def admit(
        self, picture: PictureRef, *, sheets: Sequence[PictureRef], route: str, other_route: str | None = None
    ) -> Admission:
        """Read the run, the picture, the sheets and the circuits."""
        run = None
        if picture.story_id and picture.revision:
            run = self.tables.runs.get((picture.story_id, picture.revision))
        records = {sheet.picture_id: self.tables.pictures[sheet] for sheet in sheets if sheet in self.tables.pictures}
        other = self._circuit_of(other_route) if other_route else None
        return Admission(run, self.tables.picture(picture), records, self._circuit_of(route), other)

    async def record_run(self, run: Run) -> Run:
        """Write a new run, or return the stored one."""
        return self.tables.runs.setdefault((run.story_id, run.revision), run)

    async def advance_head(self, run: Run) -> Head:
        """Make `run` current, unless the current one was uploaded later."""
        current = self.tables.heads.get(run.story_id)
        if current is None:
            return self._set_head(run, displaced=None)
        if current.rank >= upload_rank(run):
            return current.head
        if current.head.revision == run.revision:
            return self._set_head(run, displaced=current.head.displaced)
        return self._set_head(run, displaced=current.head.revision)

    async def find_run(self, story_id: str, revision: str) -> Run | None:
        """Return the run, or None."""
        return self.tables.runs.get((story_id, revision))

    async def mark_queued(self, run: Run, *, at: datetime) -> None:
        """Record that the first messages were sent."""
        self.tables.change_run(run, is_queued=True, moved_at=at, resends=0)

    async def claim(
        self, picture: PictureRef, *, claim_id: str, deadline: datetime, replacing: str | None, is_repay: bool = False
    ) -> Claim:
        """Write a claim, or raise ClaimRefusedError; see the port for the rules."""
        if is_repay and replacing is None:
            raise ValueError("a re-payment replaces a claim, and `replacing` is None")
        record = self.tables.picture(picture)
        held = record.claim
        if held and held.claim_id == claim_id:
            return held
        is_free = held is None and not is_repay
        is_replaced = held is not None and held.claim_id == replacing and record.held_until is None
        if record.outcome or not (is_free or is_replaced) or (is_repay and record.repays):
            raise ClaimRefusedError(record)
        claim = Claim(claim_id=claim_id, number=record.attempts + 1, deadline=deadline)
        self.tables.pictures[picture] = record.model_copy(
            update={"claim": claim, "attempts": claim.number, "repays": record.repays + is_repay}
        )
        return claim

    async def release(self, picture: PictureRef, claim_id: str, *, is_failure: bool = False) -> None:
        """Remove the claim, if it is the current one."""
        record = self.tables.picture(picture)
        if record.claim and record.claim.claim_id == claim_id:
            failures = record.failures + is_failure
            self.tables.pictures[picture] = record.model_copy(update={"claim": None, "failures": failures})

    async def decide(
        self, picture: PictureRef, outcome: PictureOutcome, *, decided_at: datetime, held_claim: str | None = None
    ) -> PictureRecord:
        """Write the picture's outcome, unless it has one; return the stored record."""
        record = self.tables.picture(picture)
        is_held = record.held_until is not None and record.claim is not None and record.claim.claim_id == held_claim
        if record.outcome or (held_claim and not is_held):
            return record
        hold = {} if held_claim else {"held_at": None, "held_until": None}
        return self.tables.change_picture(
            picture, outcome=outcome, decided_at=decided_at, claim=None, moved_at=None, **hold
        )

    async def hold(self, picture: PictureRef, claim_id: str, *, at: datetime, until: datetime) -> PictureRecord:
        """Hold a lost claim for the operator, if it is the current one."""
        record = self.tables.picture(picture)
        if record.outcome or record.held_until or record.claim is None or record.claim.claim_id != claim_id:
            return record
        return self.tables.change_picture(picture, held_at=at, held_until=until, moved_at=None)

    async def charge(self, run: Run, charge_id: str, amount_usd: Decimal) -> bool:
        """Take money from the run's spare money, once per charge."""
        if run.spare_usd is None:
            return True
        recorded = self.tables.run(run)
        if charge_id in recorded.charges:
            return True
        if recorded.spare_usd is None or recorded.spare_usd < amount_usd:
            return False
        left = recorded.spare_usd - amount_usd
        self.tables.change_run(run, spare_usd=left, charges=recorded.charges | {charge_id})
        return True

    async def settle(self, run: Run, picture_id: str, *, at: datetime) -> Run:
        """Remove the picture from the open pictures."""
        still_open = self.tables.run(run).open_pictures - {picture_id}
        return self.tables.change_run(run, open_pictures=still_open, moved_at=at, resends=0)

    async def decide_ending(self, run: Run, ending: RunEnding, *, reason: str | None, decided_at: datetime) -> Run:
        """Write the run's ending, unless it has one; return the stored run."""
        recorded = self.tables.run(run)
        if recorded.ending:
            return recorded
        return self.tables.change_run(run, ending=ending, ending_reason=reason, decided_at=decided_at)

    async def confirm_ending(self, run: Run) -> None:
        """Record that the ending was published."""
        if self.tables.run(run).ending is None:
            raise StoreUnavailableError(f"Run {run.story_id}/{run.revision} has no ending to confirm.")
        self.tables.change_run(run, is_confirmed=True)

    async def pictures(self, run: Run) -> Sequence[PictureRecord]:
        """Return the records of the run's pictures, by id and take."""
        owner = (run.story_id, run.revision)
        records = [record for ref, record in self.tables.pictures.items() if (ref.story_id, ref.revision) == owner]
        return sorted(records, key=lambda record: (record.picture.picture_id, record.picture.take))

    def _set_head(self, run: Run, *, displaced: str | None) -> Head:
        head = Head(run.revision, displaced)
        self.tables.heads[run.story_id] = HeadRecord(head, upload_rank(run))
        return head
