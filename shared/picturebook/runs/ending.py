"""Ends a run: decide, write the manifest and the book's pages, announce, confirm.

The worker that settles the last picture does this. A worker or sweep that finds an unconfirmed ending repeats it. A
take that is drawn later changes the book, never the ending.
"""

from __future__ import annotations

from collections.abc import Sequence

from picturebook.book.manifest import Manifest, build_manifest, shown_takes, total_costs
from picturebook.book.pages.book_page import book_page
from picturebook.book.pages.production_page import production_page
from picturebook.events import story_ended
from picturebook.models.runs import PictureRecord, Run, RunEnding
from picturebook.planning import StoryPlan
from picturebook.ports.image_store import ImageStore
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services


async def end_run(run: Run, services: Services, *, is_current: bool = True) -> None:
    """End a run that was cancelled, or whose pictures have all settled.

    The book shows the story's current revision, so a run that is no longer current is announced without a book.
    """
    plan = await read_plan(run, services.image_store)
    records = await services.ledger.pictures(run)
    if run.ending is None:
        run = await services.ledger.decide_ending(
            run, _ending(records, run), reason=None, decided_at=services.clock.now()
        )
    manifest_uri = None
    if is_current and run.ending is not RunEnding.CANCELLED:
        manifest_uri = await _write_book(run, plan, records, services)
    costs = total_costs(plan, records)
    ended = story_ended(
        run,
        shown_takes(records).values(),
        costs=costs,
        worst_cost_usd=plan.worst_cost_usd,
        manifest_uri=manifest_uri,
    )
    await services.event_publisher.publish([ended])
    await services.ledger.confirm_ending(run)


def _ending(records: Sequence[PictureRecord], run: Run) -> RunEnding:
    drawn = sum(record.is_drawn for record in shown_takes(records).values())
    if drawn == run.pictures_total:
        return RunEnding.COMPLETED
    return RunEnding.PARTIALLY_COMPLETED if drawn else RunEnding.FAILED


async def renew_book(ended: Run, services: Services) -> None:
    """Write the book again because a further take of a picture has ended.

    Nothing is written before the run's own end, for a cancelled run, or for a run that is no longer the current one.
    """
    run = await services.ledger.find_run(ended.story_id, ended.revision)
    if run is None or run.ending in (None, RunEnding.CANCELLED):
        return
    if await services.ledger_maintenance.current_revision(run.story_id) == run.revision:
        plan = await read_plan(run, services.image_store)
        await _write_book(run, plan, await services.ledger.pictures(run), services)


async def _write_book(run: Run, plan: StoryPlan, records: Sequence[PictureRecord], services: Services) -> str:
    """Write the book until the ledger shows nothing newer than what was written; return the manifest's URI.

    Of two concurrent writers, the one that writes last may have read first. Its second read then finds the difference.
    """
    while True:
        manifest = build_manifest(plan, run, records, image_service=services.provider)
        uri = await _store_book(manifest, services.image_store)
        newest = await services.ledger.pictures(run)
        if list(newest) == list(records):
            return uri
        records = newest


async def _store_book(manifest: Manifest, store: ImageStore) -> str:
    folder = f"books/{manifest.story_id}"

    def link(key: str) -> str:
        return f"../../{key}"  # from books/<story_id>/index.html, a picture's key is two folders up

    for name, page in (("index", book_page), ("production", production_page)):
        html = page(manifest, link=link).encode()
        await store.write(f"{folder}/{name}.html", html, media_type="text/html; charset=utf-8")
    content = manifest.model_dump_json(indent=2).encode()
    await store.write(f"{folder}/manifest.json", content, media_type="application/json")
    return store.uri(f"{folder}/manifest.json")
