"""What starting a run does to the run that was current before it."""

from __future__ import annotations

from picturebook.models.runs import RunEnding
from tests.fakes.picturebook_world import World
from tests.fakes.stories import page, story


async def test_an_older_run_whose_end_was_not_announced_is_announced_and_leaves_the_book_to_the_newer_one() -> None:
    world = World()
    old = await world.accept(story(characters=[], pages=[page(1)]))
    world.ledger.tables.change_run(
        old, ending=RunEnding.COMPLETED, decided_at=world.clock.now(), open_pictures=frozenset()
    )
    await world.accept(story(title="Two", characters=[], pages=[page(1)]), minute=1)
    (published,) = world.events.of_type("StoryCompleted")
    assert published.metadata.revision == old.revision
    assert "books/lantern/manifest.json" not in world.store.objects
