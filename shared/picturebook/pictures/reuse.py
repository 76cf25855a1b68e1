"""Within a story the same request is not bought again: what was drawn for it is remembered, whoever wanted it.

What is remembered lies beside the book, under the hash of the request, so that an edited story finds what it still has
in common with the earlier one. The newest picture of a request is found first: a person's redraw takes its place.
"""

from __future__ import annotations

import logging
from datetime import datetime

from pydantic import ValidationError

from picturebook.models.pictures import Costs, PictureOutcome, PictureStatus
from picturebook.models.runs import PictureRecord
from picturebook.ports.image_store import ImageStore

_LOGGER = logging.getLogger(__name__)
# Milliseconds of the year 5138: taken from it, newer moments give names that sort first.
_FAR_FUTURE_MS = 10**14


async def remember_drawn(record: PictureRecord, story_id: str, store: ImageStore) -> None:
    """Keep how a drawn picture ended under the request that it was drawn for; may be repeated."""
    outcome = record.outcome
    if outcome is None or record.decided_at is None or not is_worth_remembering(outcome):
        return
    key = f"{_folder(story_id, outcome.request_hash or '')}{_newest_first(record.decided_at)}.json"
    await store.write(key, outcome.model_dump_json(exclude_none=True).encode(), media_type="application/json")


def is_worth_remembering(outcome: PictureOutcome) -> bool:
    """Say whether a picture may stand for a later request; one that stands for an earlier one is remembered there."""
    is_drawn = outcome.status is PictureStatus.DRAWN and outcome.key is not None
    return is_drawn and outcome.request_hash is not None and not outcome.is_reused


async def find_drawn_already(story_id: str, request_hash: str, store: ImageStore) -> PictureOutcome | None:
    """Return the ending of a picture whose request was drawn before, as one that costs nothing; None without one.

    Its original must still be there.
    """
    remembered = await store.find(_folder(story_id, request_hash))
    content = await store.read(remembered) if remembered else None
    if content is None:
        return None
    try:
        outcome = PictureOutcome.model_validate_json(content)
    except ValidationError:
        # As a later release keeps it, which was taken back: that costs a picture, and never the story.
        _LOGGER.exception("what was drawn already cannot be read", extra={"key": remembered})
        return None
    if outcome.key is None or await store.find(outcome.key) != outcome.key:
        return None
    free = {"attempts": 0, "is_reused": True, "cost_usd": Costs.of().total, "costs": Costs.of(), "usage": None}
    return outcome.model_copy(
        update={**free, "needs_review": outcome.needs_review or outcome.is_retaken, "is_retaken": False}
    )


async def requests_drawn_already(story_id: str, store: ImageStore) -> frozenset[str]:
    """Return the hashes of all requests of the story that were drawn."""
    prefix = _folder(story_id, "")
    return frozenset(key.removeprefix(prefix).partition("/")[0] for key in await store.keys(prefix))


def _folder(story_id: str, request_hash: str) -> str:
    root = f"books/{story_id}/drawn/"
    return f"{root}{request_hash}/" if request_hash else root


def _newest_first(moment: datetime) -> str:
    return f"{_FAR_FUTURE_MS - round(moment.timestamp() * 1000):015d}"
