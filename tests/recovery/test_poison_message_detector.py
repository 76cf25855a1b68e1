from __future__ import annotations

from contextlib import nullcontext

import pytest

from picturebook.errors import StoreUnavailableError
from picturebook.recovery.poison_message_detector import Suspicion, watch_attempt
from tests.fakes.in_memory_attempt_markers import InMemoryAttemptMarkers


async def die(marks: InMemoryAttemptMarkers, receive: int) -> None:
    """Begin and never end, as a process does that is killed."""
    await marks.mark("m-1", receive=receive)


async def suspicion_at(marks: InMemoryAttemptMarkers, receive: int) -> Suspicion:
    async with watch_attempt(marks, "m-1", receive=receive) as suspicion:
        return suspicion


async def test_the_first_two_receives_cost_no_write() -> None:
    class Untouchable(InMemoryAttemptMarkers):
        async def mark(self, message_id: str, *, receive: int) -> int:
            raise AssertionError("a write on the healthy path")

        async def unmark(self, message_id: str, *, receive: int) -> None:
            raise AssertionError("a write on the healthy path")

    assert [await suspicion_at(Untouchable(), receive) for receive in (1, 2)] == [Suspicion.NONE] * 2


@pytest.mark.parametrize(
    ("deaths", "expected"),
    [
        (0, Suspicion.NONE),
        (3, Suspicion.NONE),
        (4, Suspicion.QUARANTINE),
        (5, Suspicion.DO_NOT_OPEN),
        (9, Suspicion.DO_NOT_OPEN),
    ],
)
async def test_deaths_make_a_message_suspicious(deaths: int, expected: Suspicion) -> None:
    marks = InMemoryAttemptMarkers()
    for receive in range(3, 3 + deaths):
        await die(marks, receive)
    assert await suspicion_at(marks, 3 + deaths) is expected


@pytest.mark.parametrize("end", [None, ValueError("a mistake of ours"), StoreUnavailableError("away"), SystemExit(1)])
async def test_a_handling_that_ends_by_itself_leaves_no_mark(end: BaseException | None) -> None:
    marks = InMemoryAttemptMarkers()
    for receive in range(3, 40):
        with pytest.raises(type(end)) if end else nullcontext():
            await handle_until(end, marks, receive)
    assert marks.standing["m-1"] == set()


async def handle_until(end: BaseException | None, marks: InMemoryAttemptMarkers, receive: int) -> None:
    async with watch_attempt(marks, "m-1", receive=receive) as suspicion:
        assert marks.standing["m-1"] == {receive}
        assert suspicion is Suspicion.NONE
        if end:
            raise end


async def test_a_start_that_cannot_be_marked_is_not_begun() -> None:
    class Away(InMemoryAttemptMarkers):
        async def mark(self, message_id: str, *, receive: int) -> int:
            raise StoreUnavailableError("DynamoDB is away")

    with pytest.raises(StoreUnavailableError):
        await suspicion_at(Away(), 3)


async def test_a_mark_that_cannot_be_taken_away_does_not_undo_what_was_done(caplog: pytest.LogCaptureFixture) -> None:
    class Away(InMemoryAttemptMarkers):
        async def unmark(self, message_id: str, *, receive: int) -> None:
            raise StoreUnavailableError("DynamoDB is away")

    assert await suspicion_at(Away(), 3) is Suspicion.NONE
    assert "DynamoDB is away" in caplog.text
