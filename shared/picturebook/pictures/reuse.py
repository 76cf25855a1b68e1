"""Reuses pictures: within a story, a request that was drawn for one revision is not bought again for another.

Outcomes are stored beside the book under the hash of their request, so an edited story finds the pictures that it
shares with an earlier revision. The newest picture of a request is found first, so a person's redraw replaces an older
one.
"""

from __future__ import annotations

import logging
from datetime import datetime

from pydantic import ValidationError

from picturebook.models.pictures import Costs, PictureOutcome, PictureStatus
from picturebook.models.runs import PictureRecord
from picturebook.ports.image_store import ImageStore

_LOGGER = logging.getLogger(__name__)
# Milliseconds of the year 5138: newer times, subtracted from it, give names that sort first.
_FAR_FUTURE_MS = 10**14


async def remember_drawn(record: PictureRecord, story_id: str, store: ImageStore) -> None:
    """Store the outcome of a drawn picture under the hash of its request; may be repeated."""
    outcome = record.outcome
    if outcome is None or record.decided_at is None or not is_worth_remembering(outcome):
        return
    key = f"{_folder(story_id, outcome.request_hash or '')}{_newest_first(record.decided_at)}.json"
    await store.write(key, outcome.model_dump_json(exclude_none=True).encode(), media_type="application/json")


def is_worth_remembering(outcome: PictureOutcome) -> bool:
    """Say whether a later request may reuse the picture; a reused picture is already stored under its request."""
    is_drawn = outcome.status is PictureStatus.DRAWN and outcome.key is not None
    return is_drawn and outcome.request_hash is not None and not outcome.is_reused


async def find_drawn_already(story_id: str, request_hash: str, store: ImageStore) -> PictureOutcome | None:
    """Return the outcome of a picture that was drawn for the same request, at no cost; None without one.

    Its original must still exist.
    """
    remembered = await store.find(_folder(story_id, request_hash))
    content = await store.read(remembered) if remembered else None
    if content is None:
        return None
    try:
        outcome = PictureOutcome.model_validate_json(content)
    except ValidationError:
        # A later release, since rolled back, may have stored it in its own form: the picture is then bought again.
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
