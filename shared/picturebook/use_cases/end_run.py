"""The end of a run: decide, write the manifest and the book's page, announce, confirm.

Whoever settles the last picture does this, and whoever finds it decided and not confirmed does it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from picturebook.announcements import story_ended
from picturebook.book_page import book_page
from picturebook.catalogue import Catalogue
from picturebook.manifest import Manifest, build_manifest, latest_takes, total_cost
from picturebook.models.pictures import PictureStatus
from picturebook.models.runs import PictureRecord, Run, RunEnding
from picturebook.ports.clock import Clock
from picturebook.ports.event_publisher import EventPublisher
from picturebook.ports.image_store import ImageStore
from picturebook.ports.message_queues import DrawQueue
from picturebook.ports.story_ledger import StoryLedger
from picturebook.use_cases.keep_plan import read_plan


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that planning and ending a run needs. `image_service` is the host that draws, for the manifest."""

    ledger: StoryLedger
    store: ImageStore
    publisher: EventPublisher
    queue: DrawQueue
    catalogue: Catalogue
    clock: Clock
    image_service: str | None = None


async def end_run(run: Run, desk: Desk) -> None:
    """End a run that was cancelled, or whose pictures have all settled."""
    records = await desk.ledger.pictures(run)
    if run.ending is None:
        run = await desk.ledger.decide_ending(run, _ending(records, run), reason=None, decided_at=desk.clock.now())
    manifest_uri = None
    if run.ending is not RunEnding.CANCELLED:
        plan = await read_plan(run, desk.store)
        manifest = build_manifest(plan, run, records, image_service=desk.image_service)
        manifest_uri = await _write_book(manifest, desk.store)
    ended = story_ended(run, drawn=_drawn(records), cost_usd=total_cost(records), manifest_uri=manifest_uri)
    await desk.publisher.publish([ended])
    await desk.ledger.confirm_ending(run)


def _ending(records: Sequence[PictureRecord], run: Run) -> RunEnding:
    drawn = _drawn(records)
    if drawn == run.pictures_total:
        return RunEnding.COMPLETED
    return RunEnding.PARTIALLY_COMPLETED if drawn else RunEnding.FAILED


def _drawn(records: Sequence[PictureRecord]) -> int:
    latest = latest_takes(records).values()
    return sum(bool(r.outcome and r.outcome.status is PictureStatus.DRAWN) for r in latest)


async def _write_book(manifest: Manifest, store: ImageStore) -> str:
    folder = f"books/{manifest.story_id}"
    # From books/<story_id>/index.html, a picture's key is two folders up.
    page = book_page(manifest, link=lambda key: f"../../{key}")
    await store.write(f"{folder}/index.html", page.encode(), media_type="text/html; charset=utf-8")
    content = manifest.model_dump_json(indent=2).encode()
    await store.write(f"{folder}/manifest.json", content, media_type="application/json")
    return store.uri(f"{folder}/manifest.json")
