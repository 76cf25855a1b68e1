"""What a story is drawn with when its model goes, and that a run that is under way goes on with its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from picturebook.errors import InputRefusedError
from tests.fakes.picturebook_world import World
from tests.fakes.stories import page, story

GOES = datetime(2026, 12, 1, tzinfo=UTC)


def world_at(moment: datetime) -> World:
    world = World()
    world.clock.advance((moment - world.clock.now()).total_seconds())
    return world


def a_story() -> dict[str, object]:
    return {"characters": [], "pages": [page(1), page(2)], "model": "gpt-image-1.5", "size": "1024x1024"}


async def models_drawn(world: World) -> list[str]:
    await world.run_until_quiet()
    return [request.model for request in world.model.requests]


@pytest.mark.parametrize(("days_before", "drawn"), [(31, "gpt-image-1.5"), (30, "gpt-image-2"), (-5, "gpt-image-2")])
async def test_a_new_story_is_drawn_by_a_model_that_will_be_served_for_another_month(
    days_before: int, drawn: str
) -> None:
    world = world_at(GOES - timedelta(days=days_before))
    await world.accept(story(**a_story()))
    assert await models_drawn(world) == [drawn, drawn]


async def test_how_long_before_is_configured() -> None:
    world = world_at(GOES - timedelta(days=6))
    await world.accept(story(**a_story()), replace_within=timedelta(days=5))
    assert await models_drawn(world) == ["gpt-image-1.5", "gpt-image-1.5"]


async def test_a_run_that_is_under_way_goes_on_with_its_model_until_that_is_gone() -> None:
    world = world_at(GOES - timedelta(days=31))
    await world.accept(story(**a_story()))
    first, second = world.queue.messages
    world.clock.advance(timedelta(days=30, hours=23).total_seconds())
    await world.draw(first)
    world.clock.advance(timedelta(days=1).total_seconds())
    await world.draw(second)
    assert [request.model for request in world.model.requests] == ["gpt-image-1.5", "gpt-image-2"]


async def test_a_size_that_the_replacement_does_not_take_is_refused_before_anything_is_drawn() -> None:
    world = World()
    with pytest.raises(InputRefusedError) as refused:
        await world.accept(story(**{**a_story(), "model": "dall-e-2", "size": "256x256"}))
    assert refused.value.field == "size"
