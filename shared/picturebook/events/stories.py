"""Makes the events of a story's run from the run's record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from picturebook.events.envelope import Event, EventMetadata, event_id
from picturebook.events.payload import Payload
from picturebook.events.story_payloads import (
    BudgetExhausted,
    ModerationPayload,
    RunCostsPayload,
    StoryAccepted,
    StoryCancelled,
    StoryCompleted,
    StoryFailed,
    StoryPartiallyCompleted,
    StoryProgressed,
)
from picturebook.models.moderation import ModerationResult
from picturebook.models.pictures import Costs
from picturebook.models.runs import PictureRecord, Run, RunEnding


def story_accepted(
    run: Run,
    *,
    title: str,
    pictures_drawn_already: int,
    worst_cost_usd: Decimal | None,
    moderation: ModerationResult | None,
) -> Event:
    """Return the event of a run that is on record. An amount in US$ is None where it is unknown."""
    payload = StoryAccepted(
        title=title,
        pictures_total=run.pictures_total,
        pictures_drawn_already=pictures_drawn_already,
        worst_cost_usd=worst_cost_usd,
        accepted_at=run.accepted_at,
        moderation=ModerationPayload.model_validate(moderation.model_dump()) if moderation else None,
    )
    return _event(payload, run, sequence=0, occurred_at=run.accepted_at)


def story_progressed(run: Run, *, at: datetime) -> Event:
    """Return the event of one more picture of the run that has ended."""
    percent = 100 * run.settled // run.pictures_total
    payload = StoryProgressed(settled=run.settled, pictures_total=run.pictures_total, percent=percent)
    return _event(payload, run, sequence=run.settled, occurred_at=at)


_BOOK_ENDINGS: Mapping[RunEnding, type[StoryCompleted | StoryPartiallyCompleted | StoryFailed]] = {
    RunEnding.COMPLETED: StoryCompleted,
    RunEnding.PARTIALLY_COMPLETED: StoryPartiallyCompleted,
    RunEnding.FAILED: StoryFailed,
}


def story_ended(
    run: Run,
    shown: Collection[PictureRecord],
    *,
    costs: Costs,
    worst_cost_usd: Decimal | None,
    manifest_uri: str | None,
) -> Event:
    """Return the event of the run's ending, as it was decided.

    `shown` are the records of the takes that the book shows. `worst_cost_usd` is the estimate of the most that the
    run may cost, in US$. `manifest_uri` is None for a run whose book was not written. Raises ValueError for a run
    that has not ended.
    """
    if run.ending is None or run.decided_at is None:
        raise ValueError("a run that has not ended has no ending to publish")
    figures = {
        "pictures_total": run.pictures_total,
        "pictures_drawn": sum(record.is_drawn for record in shown),
        "pictures_to_review": sum(record.needs_review for record in shown),
        "cost_usd": costs.total,
        "costs": RunCostsPayload.model_validate(costs.model_dump()),
        "worst_cost_usd": worst_cost_usd,
    }
    payload: Payload
    if run.ending is RunEnding.CANCELLED:
        payload = StoryCancelled.model_validate({**figures, "reason": run.ending_reason})
    else:
        payload = _BOOK_ENDINGS[run.ending].model_validate({**figures, "manifest_uri": manifest_uri})
    return _event(payload, run, sequence=run.pictures_total + 1, occurred_at=run.decided_at)


def budget_exhausted(
    run: Run, *, max_cost_usd: Decimal | None, wanted_usd: Decimal | None, wanted_for: str, at: datetime
) -> Event:
    """Return the event of a story's maximum (`max_cost_usd`) that does not allow `wanted_usd`. Amounts are in US$.

    It is one fact per run, however often the run meets its maximum.
    """
    payload = BudgetExhausted(
        max_cost_usd=max_cost_usd, spare_usd=run.spare_usd, wanted_usd=wanted_usd, wanted_for=wanted_for
    )
    return _event(payload, run, sequence=run.pictures_total, occurred_at=at)


def _event(payload: Payload, run: Run, *, sequence: int, occurred_at: datetime) -> Event:
    return payload.to_event(
        EventMetadata(
            event_id=event_id(payload.detail_type, run.story_id, run.revision, sequence),
            story_id=run.story_id,
            revision=run.revision,
            sequence=sequence,
            occurred_at=occurred_at,
            correlation_id=run.correlation_id,
        )
    )
