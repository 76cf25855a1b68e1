"""The ledger in this process's memory: the rules of the port, without a database.

Nothing here awaits, so each method is one step for everybody on the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from picturebook.errors import StoreUnavailableError
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import PictureOutcome, PictureRef
from picturebook.models.runs import Claim, PictureRecord, Run, RunEnding
from picturebook.ports.story_ledger import Admission, ClaimRefused, Head, upload_rank

RunKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _HeadRecord:
    head: Head
    rank: str


def _no_circuit(_route: str) -> Circuit | None:
    return None


class InMemoryStoryLedger:
    """A StoryLedger; `circuit_of` answers for the table of circuits, which is not ours."""

    def __init__(self, circuit_of: Callable[[str], Circuit | None] = _no_circuit) -> None:
        self._circuit_of = circuit_of
        self._runs: dict[RunKey, Run] = {}
        self._heads: dict[str, _HeadRecord] = {}
        self._pictures: dict[PictureRef, PictureRecord] = {}

    async def admit(self, picture: PictureRef, *, sheets: Sequence[PictureRef], route: str) -> Admission:
        """Read the run, the picture, the sheets and the circuit."""
        run = None
        if picture.story_id and picture.revision:
            run = self._runs.get((picture.story_id, picture.revision))
        records = {sheet.picture_id: self._pictures[sheet] for sheet in sheets if sheet in self._pictures}
        return Admission(run, self._record(picture), records, self._circuit_of(route))

    async def record_run(self, run: Run) -> Run:
        """Write a new run, or return the earlier record."""
        return self._runs.setdefault((run.story_id, run.revision), run)

    async def advance_head(self, run: Run) -> Head:
        """Make `run` current, unless the current one was uploaded later."""
        current = self._heads.get(run.story_id)
        if current is None:
            return self._set_head(run, displaced=None)
        if current.rank >= upload_rank(run):
            return current.head
        if current.head.revision == run.revision:
            return self._set_head(run, displaced=current.head.displaced)
        return self._set_head(run, displaced=current.head.revision)

    async def find_run(self, story_id: str, revision: str) -> Run | None:
        """Return the run, or None."""
        return self._runs.get((story_id, revision))

    async def mark_queued(self, run: Run) -> None:
        """Note that the first messages were sent."""
        self._change(run, is_queued=True)

    async def claim(
        self, picture: PictureRef, *, claim_id: str, deadline: datetime, replacing: str | None, is_repay: bool = False
    ) -> Claim:
        """Give the right to one paid call, or raise ClaimRefused; the rules are the port's."""
        if is_repay and replacing is None:
            raise ValueError("a re-pay replaces a claim, and none was named")
        record = self._record(picture)
        held = record.claim
        if held and held.claim_id == claim_id:
            return held
        is_free = held is None and not is_repay
        is_replaced = held is not None and held.claim_id == replacing
        if record.outcome or not (is_free or is_replaced) or (is_repay and record.repays):
            raise ClaimRefused(record)
        claim = Claim(claim_id=claim_id, number=record.attempts + 1, deadline=deadline)
        self._pictures[picture] = record.model_copy(
            update={"claim": claim, "attempts": claim.number, "repays": record.repays + is_repay}
        )
        return claim

    async def release(self, picture: PictureRef, claim_id: str, *, is_failure: bool = False) -> None:
        """Give the claim back, if it is the current one."""
        record = self._record(picture)
        if record.claim and record.claim.claim_id == claim_id:
            failures = record.failures + is_failure
            self._pictures[picture] = record.model_copy(update={"claim": None, "failures": failures})

    async def decide(self, picture: PictureRef, outcome: PictureOutcome, *, decided_at: datetime) -> PictureRecord:
        """Fix the picture's ending, or return the earlier one."""
        record = self._record(picture)
        if record.outcome is None:
            record = record.model_copy(update={"outcome": outcome, "decided_at": decided_at, "claim": None})
            self._pictures[picture] = record
        return record

    async def settle(self, run: Run, picture_id: str) -> Run:
        """Take the picture out of the open set."""
        return self._change(run, open_pictures=self._recorded(run).open_pictures - {picture_id})

    async def decide_ending(self, run: Run, ending: RunEnding, *, reason: str | None, decided_at: datetime) -> Run:
        """Fix the run's ending, or return the earlier one."""
        recorded = self._recorded(run)
        if recorded.ending:
            return recorded
        return self._change(run, ending=ending, ending_reason=reason, decided_at=decided_at)

    async def confirm_ending(self, run: Run) -> None:
        """Note that the ending was announced."""
        if self._recorded(run).ending is None:
            raise StoreUnavailableError(f"Run {run.story_id}/{run.revision} has no ending to confirm.")
        self._change(run, is_confirmed=True)

    async def pictures(self, run: Run) -> Sequence[PictureRecord]:
        """Return the records of the run's pictures, by id and take."""
        owner = (run.story_id, run.revision)
        records = [record for ref, record in self._pictures.items() if (ref.story_id, ref.revision) == owner]
        return sorted(records, key=lambda record: (record.picture.picture_id, record.picture.take))

    def _record(self, picture: PictureRef) -> PictureRecord:
        return self._pictures.get(picture) or PictureRecord.untouched(picture)

    def _recorded(self, run: Run) -> Run:
        recorded = self._runs.get((run.story_id, run.revision))
        if recorded is None:
            raise StoreUnavailableError(f"The ledger has no record of run {run.story_id}/{run.revision}.")
        return recorded

    def _change(self, run: Run, **changes: object) -> Run:
        changed = self._recorded(run).model_copy(update=changes)
        self._runs[run.story_id, run.revision] = changed
        return changed

    def _set_head(self, run: Run, *, displaced: str | None) -> Head:
        head = Head(run.revision, displaced)
        self._heads[run.story_id] = _HeadRecord(head, upload_rank(run))
        return head
