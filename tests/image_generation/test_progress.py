from __future__ import annotations

import asyncio

from picturebook.image_generation.progress import Progress


async def test_a_slow_async_callback_is_not_overtaken() -> None:
    heard: list[int] = []

    async def slow_at_first(percent: int, _message: str) -> None:
        for _ in range(20 if percent == 50 else 0):
            await asyncio.sleep(0)
        heard.append(percent)

    progress = Progress(slow_at_first, total=2, subject="Mira", source="test")
    await asyncio.gather(progress.picture_ended(is_drawn=True), progress.picture_ended(is_drawn=True))

    assert heard == [50, 100]


async def test_without_a_callback_nothing_is_reported() -> None:
    progress = Progress(None, total=1, subject="Mira", source="test")

    await progress.begin()
    await progress.picture_ended(is_drawn=True)


async def test_a_failure_is_reported_and_still_ends_at_100() -> None:
    heard: list[tuple[int, str]] = []
    progress = Progress(
        lambda percent, message: heard.append((percent, message)), total=2, subject="Mira", source="test"
    )

    await progress.picture_ended(is_drawn=True)
    await progress.picture_ended(is_drawn=False)

    assert heard == [(50, "1 of 2 picture(s) drawn"), (100, "1 of 2 picture(s) drawn, 1 failed")]
