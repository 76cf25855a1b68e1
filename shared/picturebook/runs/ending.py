"""The end of a run: decide, write the manifest and the book's page, announce, confirm.

Whoever settles the last picture does this, and whoever finds it decided and not confirmed does it again. A take that
is drawn after that changes the book, and never the ending.
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

    The book is that of the story's current revision: a run that is no longer current is announced without one.
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
    """Write the book anew, as a further take of a picture has ended; nothing is written before the run's own end.

    Nor for a run that was cancelled, or that is not the story's current one any more: the book is another's then.
    """
    run = await services.ledger.find_run(ended.story_id, ended.revision)
    if run is None or run.ending in (None, RunEnding.CANCELLED):
        return
    if await services.ledger_maintenance.current_revision(run.story_id) == run.revision:
        plan = await read_plan(run, services.image_store)
        await _write_book(run, plan, await services.ledger.pictures(run), services)


async def _write_book(run: Run, plan: StoryPlan, records: Sequence[PictureRecord], services: Services) -> str:
    """Write the book, and again while what it shows changed meanwhile; return the manifest's address.

    Of two who write at once, the later one may have read earlier: it is the one that then sees the difference.
    """
    written, manifest = None, build_manifest(plan, run, records, image_service=services.provider)
    while manifest != written:
        uri = await _store_book(manifest, services.image_store)
        records = await services.ledger.pictures(run)
        written, manifest = manifest, build_manifest(plan, run, records, image_service=services.provider)
    return uri


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
