from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_ledger_maintenance import DynamoDbLedgerMaintenance
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import RunEnding
from picturebook.ports.ledger_maintenance import LedgerMaintenance, RunName
from picturebook.ports.story_ledger import StoryLedger
from tests.contracts.test_story_ledger import DRAWN, LATER, NOON, PAGE, REQUEST, RUN, SHEET, a_run
from tests.fakes.aws_tables import create_tables
from tests.fakes.clock import FakeClock
from tests.fakes.in_memory_ledger_maintenance import InMemoryLedgerMaintenance

TAKE_2 = PAGE.model_copy(update={"take": 2})


@dataclass(frozen=True)
class Kept:
    """One ledger by both of its ports."""

    ledger: StoryLedger
    upkeep: LedgerMaintenance


@pytest.fixture(params=["dynamodb", "in_memory"])
def kept(request: pytest.FixtureRequest, clock: FakeClock) -> Kept:
    if request.param == "in_memory":
        ledger = InMemoryStoryLedger()
        return Kept(ledger, InMemoryLedgerMaintenance(ledger.tables))
    aws: AwsClients = request.getfixturevalue("aws")
    create_tables(aws.dynamodb)
    return Kept(
        DynamoDbStoryLedger(aws.dynamodb, "ledger", circuit_table="circuits", clock=clock),
        DynamoDbLedgerMaintenance(aws.dynamodb, "ledger"),
    )


async def hold(kept: Kept, picture: PictureRef, hours: int = 72) -> None:
    await kept.ledger.claim(picture, claim_id="c1", deadline=NOON, replacing=None)
    await kept.ledger.hold(picture, "c1", at=NOON, until=NOON + timedelta(hours=hours))


async def test_the_current_revision_is_the_heads(kept: Kept) -> None:
    assert await kept.upkeep.current_revision("fern") is None
    await kept.ledger.advance_head(RUN)
    await kept.ledger.advance_head(a_run("b" * 16, minute=1))
    assert await kept.upkeep.current_revision("fern") == "b" * 16


async def test_a_picture_is_found_once_somebody_began_it(kept: Kept) -> None:
    assert await kept.upkeep.find_picture(PAGE) is None
    decided = await kept.ledger.decide(PAGE, DRAWN, decided_at=NOON)
    assert await kept.upkeep.find_picture(PAGE) == decided


async def test_a_take_is_opened_by_one_wish_the_first(kept: Kept) -> None:
    opened = await kept.upkeep.open_take(TAKE_2, opened_by="wish-1", at=NOON)
    assert (opened.opened_by, opened.attempts, opened.outcome) == ("wish-1", 0, None)
    assert await kept.upkeep.open_take(TAKE_2, opened_by="wish-2", at=NOON) == opened
    assert await kept.upkeep.find_picture(TAKE_2) == opened


async def test_an_opened_take_is_claimed_and_decided_like_any_other(kept: Kept) -> None:
    await kept.upkeep.open_take(TAKE_2, opened_by="wish-1", at=NOON)
    claim = await kept.ledger.claim(TAKE_2, claim_id="c1", deadline=NOON, replacing=None)
    assert claim.number == 1
    decided = await kept.ledger.decide(TAKE_2, DRAWN, decided_at=NOON)
    assert (decided.opened_by, decided.outcome) == ("wish-1", DRAWN)
    assert await kept.upkeep.open_take(TAKE_2, opened_by="wish-1", at=NOON) == decided


async def test_a_permitted_repay_gives_the_lost_claim_up_and_counts_it(kept: Kept) -> None:
    await hold(kept, PAGE)
    record = await kept.upkeep.permit_repay(PAGE, "c1", command_id="wish-1", at=NOON)
    assert (record.claim, record.held_at, record.held_until, record.repays, record.attempts) == (None, None, None, 1, 1)
    assert record.permitted_by == {"wish-1"}
    assert (await kept.ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing=None)).number == 2


async def test_a_repay_is_permitted_once_per_lost_claim(kept: Kept) -> None:
    await hold(kept, PAGE)
    permitted = await kept.upkeep.permit_repay(PAGE, "c1", command_id="wish-1", at=NOON)
    assert await kept.upkeep.permit_repay(PAGE, "c1", command_id="wish-1", at=NOON) == permitted
    assert await kept.upkeep.permit_repay(PAGE, "c1", command_id="wish-2", at=NOON) == permitted


async def test_each_permitted_repay_is_remembered_by_its_wish(kept: Kept) -> None:
    for number in (1, 2):
        await kept.ledger.claim(PAGE, claim_id=f"c{number}", deadline=NOON, replacing=None)
        await kept.ledger.hold(PAGE, f"c{number}", at=NOON, until=LATER)
        record = await kept.upkeep.permit_repay(PAGE, f"c{number}", command_id=f"wish-{number}", at=NOON)
    assert (record.permitted_by, record.repays) == (frozenset({"wish-1", "wish-2"}), 2)


async def test_a_claim_that_nobody_holds_is_not_given_up(kept: Kept) -> None:
    await kept.ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    record = await kept.upkeep.permit_repay(PAGE, "c1", command_id="wish-1", at=NOON)
    assert (record.claim.claim_id if record.claim else None, record.repays) == ("c1", 0)
    await kept.ledger.hold(PAGE, "c1", at=NOON, until=LATER)
    assert (await kept.upkeep.permit_repay(PAGE, "c0", command_id="wish-1", at=NOON)).held_until == LATER


async def test_of_two_who_move_a_run_on_one_may(kept: Kept) -> None:
    run = await kept.ledger.record_run(RUN)
    assert await kept.upkeep.mark_moved(run, at=NOON)
    assert not await kept.upkeep.mark_moved(run, at=LATER)
    found = await kept.ledger.find_run("fern", RUN.revision)
    assert found
    assert found.moved_at == NOON
    assert await kept.upkeep.mark_moved(found, at=LATER)


async def test_a_run_that_settled_meanwhile_is_not_moved(kept: Kept) -> None:
    run = await kept.ledger.record_run(RUN)
    await kept.ledger.settle(run, "mira", at=NOON)
    assert not await kept.upkeep.mark_moved(run, at=LATER)


async def test_a_run_that_is_not_recorded_is_not_made_up_by_moving_it(kept: Kept) -> None:
    assert not await kept.upkeep.mark_moved(RUN, at=NOON)
    assert await kept.ledger.find_run("fern", RUN.revision) is None


async def test_runs_are_unfinished_until_their_ending_is_confirmed_the_oldest_first(kept: Kept) -> None:
    later = a_run("b" * 16).model_copy(update={"accepted_at": LATER})
    for run in (later, RUN):
        await kept.ledger.record_run(run)
    assert (await kept.upkeep.unfinished()).runs == [RunName("fern", RUN.revision), RunName("fern", "b" * 16)]
    await kept.ledger.decide_ending(RUN, RunEnding.FAILED, reason=None, decided_at=NOON)
    assert len((await kept.upkeep.unfinished()).runs) == 2
    await kept.ledger.confirm_ending(RUN)
    assert (await kept.upkeep.unfinished()).runs == [RunName("fern", "b" * 16)]


async def test_held_pictures_are_unfinished_until_decided_or_permitted_the_earliest_first(kept: Kept) -> None:
    await hold(kept, PAGE, 72)
    await hold(kept, TAKE_2, 71)
    await hold(kept, REQUEST, 73)
    assert (await kept.upkeep.unfinished()).held == [TAKE_2, PAGE, REQUEST]
    await kept.ledger.decide(PAGE, DRAWN, decided_at=NOON)
    await kept.upkeep.permit_repay(REQUEST, "c1", command_id="wish-1", at=NOON)
    assert (await kept.upkeep.unfinished()).held == [TAKE_2]


async def test_a_claim_alone_is_no_unfinished_business(kept: Kept) -> None:
    await kept.ledger.claim(SHEET, claim_id="c1", deadline=NOON, replacing=None)
    found = await kept.upkeep.unfinished()
    assert (list(found.runs), list(found.held)) == ([], [])


async def test_a_hold_that_was_ended_is_unfinished_until_its_ending_is_announced(kept: Kept) -> None:
    await hold(kept, PAGE)
    await kept.upkeep.forget_hold(PAGE)
    decided = await kept.ledger.decide(PAGE, DRAWN, decided_at=NOON, held_claim="c1")
    assert decided.outcome
    assert (await kept.upkeep.unfinished()).held == [PAGE]
    assert (await kept.upkeep.permit_repay(PAGE, "c1", command_id="wish-1", at=NOON)) == decided
    for _ in range(2):
        await kept.upkeep.forget_hold(PAGE)
    assert list((await kept.upkeep.unfinished()).held) == []
    found = await kept.upkeep.find_picture(PAGE)
    assert found
    assert (found.held_at, found.held_until, found.outcome) == (None, None, DRAWN)
    await kept.upkeep.forget_hold(SHEET)
    assert await kept.upkeep.find_picture(SHEET) is None


async def test_an_opened_take_is_unfinished_until_it_is_decided_the_longest_unmoved_first(kept: Kept) -> None:
    other = SHEET.model_copy(update={"take": 2})
    await kept.upkeep.open_take(TAKE_2, opened_by="wish-1", at=LATER)
    opened = await kept.upkeep.open_take(other, opened_by="wish-2", at=NOON)
    assert opened.moved_at == NOON
    assert (await kept.upkeep.unfinished()).takes == [other, TAKE_2]
    assert list((await kept.upkeep.unfinished()).held) == []
    await kept.ledger.claim(other, claim_id="c1", deadline=NOON, replacing=None)
    await kept.ledger.release(other, "c1")
    assert (await kept.upkeep.unfinished()).takes == [other, TAKE_2]
    decided = await kept.ledger.decide(other, DRAWN, decided_at=NOON)
    assert decided.moved_at is None
    assert (await kept.upkeep.unfinished()).takes == [TAKE_2]


async def test_of_two_who_move_a_take_on_one_may_and_it_is_counted(kept: Kept) -> None:
    opened = await kept.upkeep.open_take(TAKE_2, opened_by="wish-1", at=NOON)
    assert await kept.upkeep.mark_take_moved(opened, at=LATER)
    assert not await kept.upkeep.mark_take_moved(opened, at=LATER)
    moved = await kept.upkeep.find_picture(TAKE_2)
    assert moved
    assert (moved.moved_at, moved.resends, moved.opened_by) == (LATER, 1, "wish-1")
    await kept.ledger.decide(TAKE_2, DRAWN, decided_at=NOON)
    assert not await kept.upkeep.mark_take_moved(moved, at=LATER)
    assert list((await kept.upkeep.unfinished()).takes) == []


async def test_a_picture_that_no_wish_opened_is_not_moved_as_a_take(kept: Kept) -> None:
    await kept.ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    record = await kept.upkeep.find_picture(PAGE)
    assert record
    assert not await kept.upkeep.mark_take_moved(record, at=LATER)
    assert await kept.upkeep.find_picture(PAGE) == record


async def test_a_held_take_is_listed_as_held_and_as_a_take_again_once_it_may_be_repaid(kept: Kept) -> None:
    opened = await kept.upkeep.open_take(TAKE_2, opened_by="wish-1", at=NOON)
    await hold(kept, TAKE_2)
    found = await kept.upkeep.unfinished()
    assert (list(found.held), list(found.takes)) == ([TAKE_2], [])
    assert not await kept.upkeep.mark_take_moved(opened, at=LATER)
    permitted = await kept.upkeep.permit_repay(TAKE_2, "c1", command_id="wish-2", at=LATER)
    assert permitted.moved_at == LATER
    found = await kept.upkeep.unfinished()
    assert (list(found.held), list(found.takes)) == ([], [TAKE_2])


async def test_a_held_take_that_ended_is_no_take_any_more_once_its_ending_is_announced(kept: Kept) -> None:
    await kept.upkeep.open_take(TAKE_2, opened_by="wish-1", at=NOON)
    await hold(kept, TAKE_2)
    await kept.ledger.decide(TAKE_2, DRAWN, decided_at=NOON, held_claim="c1")
    await kept.upkeep.forget_hold(TAKE_2)
    found = await kept.upkeep.unfinished()
    assert (list(found.held), list(found.takes)) == ([], [])


async def test_a_take_is_forgotten_unless_it_is_claimed_or_held(kept: Kept) -> None:
    await kept.upkeep.open_take(TAKE_2, opened_by="wish-1", at=NOON)
    await kept.ledger.claim(TAKE_2, claim_id="c1", deadline=NOON, replacing=None)
    await kept.upkeep.forget_take(TAKE_2)
    assert (await kept.upkeep.unfinished()).takes == [TAKE_2]
    await kept.ledger.hold(TAKE_2, "c1", at=NOON, until=LATER)
    await kept.upkeep.forget_take(TAKE_2)
    assert (await kept.upkeep.unfinished()).held == [TAKE_2]
    await kept.upkeep.permit_repay(TAKE_2, "c1", command_id="wish-2", at=NOON)
    for _ in range(2):
        await kept.upkeep.forget_take(TAKE_2)
    assert list((await kept.upkeep.unfinished()).takes) == []
    await kept.upkeep.forget_take(SHEET)
    assert await kept.upkeep.find_picture(SHEET) is None


async def test_resends_are_counted_until_a_picture_settles(kept: Kept) -> None:
    run = await kept.ledger.record_run(RUN)
    for number in (1, 2):
        assert await kept.upkeep.mark_moved(run, at=NOON + timedelta(hours=number))
        found = await kept.ledger.find_run("fern", RUN.revision)
        assert found
        assert found.resends == number
        run = found
    settled = await kept.ledger.settle(run, "mira", at=LATER)
    assert settled.resends == 0


async def test_what_moved_a_run_before_it_was_queued_is_no_resend(kept: Kept) -> None:
    run = await kept.ledger.record_run(RUN)
    await kept.upkeep.mark_moved(run, at=NOON)
    await kept.ledger.mark_queued(run, at=LATER)
    found = await kept.ledger.find_run("fern", RUN.revision)
    assert found
    assert found.resends == 0
