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
class LedgerPorts:
    """Both ports of one ledger."""

    ledger: StoryLedger
    maintenance: LedgerMaintenance


@pytest.fixture(params=["dynamodb", "in_memory"])
def ports(request: pytest.FixtureRequest, clock: FakeClock) -> LedgerPorts:
    if request.param == "in_memory":
        ledger = InMemoryStoryLedger()
        return LedgerPorts(ledger, InMemoryLedgerMaintenance(ledger.tables))
    aws: AwsClients = request.getfixturevalue("aws")
    create_tables(aws.dynamodb)
    return LedgerPorts(
        DynamoDbStoryLedger(aws.dynamodb, "ledger", circuit_table="circuits", clock=clock),
        DynamoDbLedgerMaintenance(aws.dynamodb, "ledger"),
    )


async def hold(ports: LedgerPorts, picture: PictureRef, hours: int = 72) -> None:
    await ports.ledger.claim(picture, claim_id="c1", deadline=NOON, replacing=None)
    await ports.ledger.hold(picture, "c1", at=NOON, until=NOON + timedelta(hours=hours))


async def test_the_current_revision_is_the_heads(ports: LedgerPorts) -> None:
    assert await ports.maintenance.current_revision("fern") is None
    await ports.ledger.advance_head(RUN)
    await ports.ledger.advance_head(a_run("b" * 16, minute=1))
    assert await ports.maintenance.current_revision("fern") == "b" * 16


async def test_a_picture_is_found_once_it_has_a_record(ports: LedgerPorts) -> None:
    assert await ports.maintenance.find_picture(PAGE) is None
    decided = await ports.ledger.decide(PAGE, DRAWN, decided_at=NOON)
    assert await ports.maintenance.find_picture(PAGE) == decided


async def test_a_take_is_opened_by_the_first_command(ports: LedgerPorts) -> None:
    opened = await ports.maintenance.open_take(TAKE_2, opened_by="command-1", at=NOON)
    assert (opened.opened_by, opened.attempts, opened.outcome) == ("command-1", 0, None)
    assert await ports.maintenance.open_take(TAKE_2, opened_by="command-2", at=NOON) == opened
    assert await ports.maintenance.find_picture(TAKE_2) == opened


async def test_an_opened_take_is_claimed_and_decided_like_any_other(ports: LedgerPorts) -> None:
    await ports.maintenance.open_take(TAKE_2, opened_by="command-1", at=NOON)
    claim = await ports.ledger.claim(TAKE_2, claim_id="c1", deadline=NOON, replacing=None)
    assert claim.number == 1
    decided = await ports.ledger.decide(TAKE_2, DRAWN, decided_at=NOON)
    assert (decided.opened_by, decided.outcome) == ("command-1", DRAWN)
    assert await ports.maintenance.open_take(TAKE_2, opened_by="command-1", at=NOON) == decided


async def test_a_permitted_repay_removes_the_lost_claim_and_counts_it(ports: LedgerPorts) -> None:
    await hold(ports, PAGE)
    record = await ports.maintenance.permit_repay(PAGE, "c1", command_id="command-1", at=NOON)
    assert (record.claim, record.held_at, record.held_until, record.repays, record.attempts) == (None, None, None, 1, 1)
    assert record.permitted_by == {"command-1"}
    assert (await ports.ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing=None)).number == 2


async def test_a_repay_is_permitted_once_per_lost_claim(ports: LedgerPorts) -> None:
    await hold(ports, PAGE)
    permitted = await ports.maintenance.permit_repay(PAGE, "c1", command_id="command-1", at=NOON)
    assert await ports.maintenance.permit_repay(PAGE, "c1", command_id="command-1", at=NOON) == permitted
    assert await ports.maintenance.permit_repay(PAGE, "c1", command_id="command-2", at=NOON) == permitted


async def test_each_permitted_repay_records_its_command(ports: LedgerPorts) -> None:
    for number in (1, 2):
        await ports.ledger.claim(PAGE, claim_id=f"c{number}", deadline=NOON, replacing=None)
        await ports.ledger.hold(PAGE, f"c{number}", at=NOON, until=LATER)
        record = await ports.maintenance.permit_repay(PAGE, f"c{number}", command_id=f"command-{number}", at=NOON)
    assert (record.permitted_by, record.repays) == (frozenset({"command-1", "command-2"}), 2)


async def test_a_claim_that_is_not_held_is_not_removed(ports: LedgerPorts) -> None:
    await ports.ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    record = await ports.maintenance.permit_repay(PAGE, "c1", command_id="command-1", at=NOON)
    assert (record.claim.claim_id if record.claim else None, record.repays) == ("c1", 0)
    await ports.ledger.hold(PAGE, "c1", at=NOON, until=LATER)
    assert (await ports.maintenance.permit_repay(PAGE, "c0", command_id="command-1", at=NOON)).held_until == LATER


async def test_of_two_sweeps_that_resend_a_run_one_may(ports: LedgerPorts) -> None:
    run = await ports.ledger.record_run(RUN)
    assert await ports.maintenance.mark_moved(run, at=NOON)
    assert not await ports.maintenance.mark_moved(run, at=LATER)
    found = await ports.ledger.find_run("fern", RUN.revision)
    assert found
    assert found.moved_at == NOON
    assert await ports.maintenance.mark_moved(found, at=LATER)


async def test_a_run_that_settled_meanwhile_is_not_resent(ports: LedgerPorts) -> None:
    run = await ports.ledger.record_run(RUN)
    await ports.ledger.settle(run, "mira", at=NOON)
    assert not await ports.maintenance.mark_moved(run, at=LATER)


async def test_resending_does_not_create_a_missing_run(ports: LedgerPorts) -> None:
    assert not await ports.maintenance.mark_moved(RUN, at=NOON)
    assert await ports.ledger.find_run("fern", RUN.revision) is None


async def test_runs_are_unfinished_until_their_ending_is_confirmed_the_oldest_first(ports: LedgerPorts) -> None:
    later = a_run("b" * 16).model_copy(update={"accepted_at": LATER})
    for run in (later, RUN):
        await ports.ledger.record_run(run)
    assert (await ports.maintenance.unfinished()).runs == [RunName("fern", RUN.revision), RunName("fern", "b" * 16)]
    await ports.ledger.decide_ending(RUN, RunEnding.FAILED, reason=None, decided_at=NOON)
    assert len((await ports.maintenance.unfinished()).runs) == 2
    await ports.ledger.confirm_ending(RUN)
    assert (await ports.maintenance.unfinished()).runs == [RunName("fern", "b" * 16)]


async def test_held_pictures_are_unfinished_until_decided_or_permitted_the_earliest_first(ports: LedgerPorts) -> None:
    await hold(ports, PAGE, 72)
    await hold(ports, TAKE_2, 71)
    await hold(ports, REQUEST, 73)
    assert (await ports.maintenance.unfinished()).held == [TAKE_2, PAGE, REQUEST]
    await ports.ledger.decide(PAGE, DRAWN, decided_at=NOON)
    await ports.maintenance.permit_repay(REQUEST, "c1", command_id="command-1", at=NOON)
    assert (await ports.maintenance.unfinished()).held == [TAKE_2]


async def test_a_claimed_picture_is_not_listed_as_unfinished(ports: LedgerPorts) -> None:
    await ports.ledger.claim(SHEET, claim_id="c1", deadline=NOON, replacing=None)
    found = await ports.maintenance.unfinished()
    assert (list(found.runs), list(found.held)) == ([], [])


async def test_a_hold_that_was_ended_is_unfinished_until_its_outcome_is_published(ports: LedgerPorts) -> None:
    await hold(ports, PAGE)
    await ports.maintenance.forget_hold(PAGE)
    decided = await ports.ledger.decide(PAGE, DRAWN, decided_at=NOON, held_claim="c1")
    assert decided.outcome
    assert (await ports.maintenance.unfinished()).held == [PAGE]
    assert (await ports.maintenance.permit_repay(PAGE, "c1", command_id="command-1", at=NOON)) == decided
    for _ in range(2):
        await ports.maintenance.forget_hold(PAGE)
    assert list((await ports.maintenance.unfinished()).held) == []
    found = await ports.maintenance.find_picture(PAGE)
    assert found
    assert (found.held_at, found.held_until, found.outcome) == (None, None, DRAWN)
    await ports.maintenance.forget_hold(SHEET)
    assert await ports.maintenance.find_picture(SHEET) is None


async def test_an_opened_take_is_unfinished_until_it_is_decided_the_oldest_first(ports: LedgerPorts) -> None:
    other = SHEET.model_copy(update={"take": 2})
    await ports.maintenance.open_take(TAKE_2, opened_by="command-1", at=LATER)
    opened = await ports.maintenance.open_take(other, opened_by="command-2", at=NOON)
    assert opened.moved_at == NOON
    assert (await ports.maintenance.unfinished()).takes == [other, TAKE_2]
    assert list((await ports.maintenance.unfinished()).held) == []
    await ports.ledger.claim(other, claim_id="c1", deadline=NOON, replacing=None)
    await ports.ledger.release(other, "c1")
    assert (await ports.maintenance.unfinished()).takes == [other, TAKE_2]
    decided = await ports.ledger.decide(other, DRAWN, decided_at=NOON)
    assert decided.moved_at is None
    assert (await ports.maintenance.unfinished()).takes == [TAKE_2]


async def test_of_two_sweeps_that_resend_a_take_one_may_and_is_counted(ports: LedgerPorts) -> None:
    opened = await ports.maintenance.open_take(TAKE_2, opened_by="command-1", at=NOON)
    assert await ports.maintenance.mark_take_moved(opened, at=LATER)
    assert not await ports.maintenance.mark_take_moved(opened, at=LATER)
    moved = await ports.maintenance.find_picture(TAKE_2)
    assert moved
    assert (moved.moved_at, moved.resends, moved.opened_by) == (LATER, 1, "command-1")
    await ports.ledger.decide(TAKE_2, DRAWN, decided_at=NOON)
    assert not await ports.maintenance.mark_take_moved(moved, at=LATER)
    assert list((await ports.maintenance.unfinished()).takes) == []


async def test_a_picture_that_no_command_opened_is_not_resent_as_a_take(ports: LedgerPorts) -> None:
    await ports.ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    record = await ports.maintenance.find_picture(PAGE)
    assert record
    assert not await ports.maintenance.mark_take_moved(record, at=LATER)
    assert await ports.maintenance.find_picture(PAGE) == record


async def test_a_held_take_is_listed_as_held_and_as_a_take_again_once_it_may_be_repaid(ports: LedgerPorts) -> None:
    opened = await ports.maintenance.open_take(TAKE_2, opened_by="command-1", at=NOON)
    await hold(ports, TAKE_2)
    found = await ports.maintenance.unfinished()
    assert (list(found.held), list(found.takes)) == ([TAKE_2], [])
    assert not await ports.maintenance.mark_take_moved(opened, at=LATER)
    permitted = await ports.maintenance.permit_repay(TAKE_2, "c1", command_id="command-2", at=LATER)
    assert permitted.moved_at == LATER
    found = await ports.maintenance.unfinished()
    assert (list(found.held), list(found.takes)) == ([], [TAKE_2])


async def test_a_held_take_that_ended_is_not_listed_once_its_outcome_is_published(ports: LedgerPorts) -> None:
    await ports.maintenance.open_take(TAKE_2, opened_by="command-1", at=NOON)
    await hold(ports, TAKE_2)
    await ports.ledger.decide(TAKE_2, DRAWN, decided_at=NOON, held_claim="c1")
    await ports.maintenance.forget_hold(TAKE_2)
    found = await ports.maintenance.unfinished()
    assert (list(found.held), list(found.takes)) == ([], [])


async def test_a_take_is_forgotten_unless_it_is_claimed_or_held(ports: LedgerPorts) -> None:
    await ports.maintenance.open_take(TAKE_2, opened_by="command-1", at=NOON)
    await ports.ledger.claim(TAKE_2, claim_id="c1", deadline=NOON, replacing=None)
    await ports.maintenance.forget_take(TAKE_2)
    assert (await ports.maintenance.unfinished()).takes == [TAKE_2]
    await ports.ledger.hold(TAKE_2, "c1", at=NOON, until=LATER)
    await ports.maintenance.forget_take(TAKE_2)
    assert (await ports.maintenance.unfinished()).held == [TAKE_2]
    await ports.maintenance.permit_repay(TAKE_2, "c1", command_id="command-2", at=NOON)
    for _ in range(2):
        await ports.maintenance.forget_take(TAKE_2)
    assert list((await ports.maintenance.unfinished()).takes) == []
    await ports.maintenance.forget_take(SHEET)
    assert await ports.maintenance.find_picture(SHEET) is None


async def test_resends_are_counted_until_a_picture_settles(ports: LedgerPorts) -> None:
    run = await ports.ledger.record_run(RUN)
    for number in (1, 2):
        assert await ports.maintenance.mark_moved(run, at=NOON + timedelta(hours=number))
        found = await ports.ledger.find_run("fern", RUN.revision)
        assert found
        assert found.resends == number
        run = found
    settled = await ports.ledger.settle(run, "mira", at=LATER)
    assert settled.resends == 0


async def test_a_resend_before_a_run_was_queued_is_not_counted(ports: LedgerPorts) -> None:
    run = await ports.ledger.record_run(RUN)
    await ports.maintenance.mark_moved(run, at=NOON)
    await ports.ledger.mark_queued(run, at=LATER)
    found = await ports.ledger.find_run("fern", RUN.revision)
    assert found
    assert found.resends == 0
