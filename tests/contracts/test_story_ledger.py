from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.errors import ClaimRefusedError, StoreUnavailableError
from picturebook.models.pictures import PictureOutcome, PictureRef, PictureStatus, Usage
from picturebook.models.runs import PictureRecord, Run, RunEnding, UploadPosition
from picturebook.ports.story_ledger import Head, StoryLedger
from tests.fakes.aws_tables import create_tables
from tests.fakes.clock import FakeClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=72)
ROUTE = "openai/gpt-image-2"


def a_run(
    revision: str = "a" * 16, *, minute: int = 0, pictures: frozenset[str] = frozenset({"mira", "page-001"})
) -> Run:
    return Run(
        story_id="fern",
        revision=revision,
        pictures_total=len(pictures),
        open_pictures=pictures,
        accepted_at=NOON,
        position=UploadPosition(moment=NOON + timedelta(minutes=minute), sequencer="0A1"),
        correlation_id="letter-7",
    )


RUN = a_run()
SHEET = RUN.picture("mira")
PAGE = RUN.picture("page-001")
REQUEST = PictureRef(request_id="one-off", picture_id="character")
DRAWN = PictureOutcome(
    status=PictureStatus.DRAWN,
    attempts=1,
    key="images/fern/mira.png",
    media_type="image/png",
    width=1024,
    height=1024,
    model="gpt-image-2",
    cost_usd=Decimal("0.0411"),
    usage=Usage(text_in=90, image_in=0, image_out=1056),
)
FAILED = PictureOutcome(status=PictureStatus.FAILED, attempts=2, reason="refused", explanation="no")


@pytest.fixture(params=["dynamodb", "in_memory"])
def ledger(request: pytest.FixtureRequest, clock: FakeClock) -> StoryLedger:
    if request.param == "in_memory":
        return InMemoryStoryLedger()
    aws: AwsClients = request.getfixturevalue("aws")
    create_tables(aws.dynamodb)
    return DynamoDbStoryLedger(aws.dynamodb, "ledger", circuit_table="circuits", clock=clock)


async def admitted(ledger: StoryLedger, picture: PictureRef = PAGE) -> PictureRecord:
    return (await ledger.admit(picture, sheets=[], route=ROUTE)).record


async def refusal(claim: Awaitable[object]) -> PictureRecord:
    with pytest.raises(ClaimRefusedError) as refused:
        await claim
    return refused.value.record


# Runs


async def test_a_run_is_found_as_it_was_recorded(ledger: StoryLedger) -> None:
    assert await ledger.record_run(RUN) == RUN
    assert await ledger.find_run("fern", RUN.revision) == RUN


async def test_a_missing_run_is_none(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    assert await ledger.find_run("fern", "b" * 16) is None


async def test_recording_a_run_again_changes_nothing_and_returns_the_earlier_one(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    settled = await ledger.settle(RUN, "mira", at=NOON)
    assert await ledger.record_run(RUN.model_copy(update={"accepted_at": NOON + timedelta(days=1)})) == settled


async def test_a_run_without_open_pictures_stays_so(ledger: StoryLedger) -> None:
    empty = a_run(pictures=frozenset())
    assert (await ledger.record_run(empty)).open_pictures == frozenset()
    assert (await ledger.settle(empty, "mira", at=NOON)).open_pictures == frozenset()


async def test_a_queued_run_is_recorded_as_queued(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    await ledger.mark_queued(RUN, at=NOON)
    await ledger.mark_queued(RUN, at=NOON)
    moved = {"is_queued": True, "moved_at": NOON}
    assert await ledger.find_run("fern", RUN.revision) == RUN.model_copy(update=moved)


# The head of a story


async def test_the_first_revision_becomes_current_and_displaces_none(ledger: StoryLedger) -> None:
    assert await ledger.advance_head(RUN) == Head(RUN.revision, None)


async def test_a_later_upload_displaces_the_current_revision(ledger: StoryLedger) -> None:
    await ledger.advance_head(RUN)
    newer = a_run("b" * 16, minute=1)
    assert await ledger.advance_head(newer) == Head(newer.revision, RUN.revision)


async def test_an_earlier_upload_that_arrives_late_does_not_become_current(ledger: StoryLedger) -> None:
    newer = a_run("b" * 16, minute=1)
    await ledger.advance_head(newer)
    assert await ledger.advance_head(RUN) == Head(newer.revision, None)


async def test_advancing_again_returns_the_same_displaced_revision(ledger: StoryLedger) -> None:
    newer = a_run("b" * 16, minute=1)
    await ledger.advance_head(RUN)
    await ledger.advance_head(newer)
    assert await ledger.advance_head(newer) == Head(newer.revision, RUN.revision)


async def test_the_current_revision_uploaded_again_is_newer_and_displaces_no_other(ledger: StoryLedger) -> None:
    newer = a_run("b" * 16, minute=1)
    await ledger.advance_head(RUN)
    await ledger.advance_head(newer)
    again = a_run("b" * 16, minute=3)
    assert await ledger.advance_head(again) == Head(newer.revision, RUN.revision)
    between = a_run("c" * 16, minute=2)
    assert await ledger.advance_head(between) == Head(newer.revision, RUN.revision)


async def test_an_earlier_revision_can_become_current_again(ledger: StoryLedger) -> None:
    for run in (RUN, a_run("b" * 16, minute=1)):
        await ledger.advance_head(run)
    assert await ledger.advance_head(a_run(minute=2)) == Head(RUN.revision, "b" * 16)


@pytest.mark.parametrize("first", ["a" * 16, "b" * 16])
async def test_uploads_of_the_same_moment_have_one_winner_in_either_order(ledger: StoryLedger, first: str) -> None:
    second = "b" * 16 if first == "a" * 16 else "a" * 16
    await ledger.advance_head(a_run(first))
    await ledger.advance_head(a_run(second))
    assert (await ledger.advance_head(a_run(first))).revision == "b" * 16


async def test_stories_have_heads_of_their_own(ledger: StoryLedger) -> None:
    await ledger.advance_head(RUN)
    other = RUN.model_copy(update={"story_id": "moss"})
    assert await ledger.advance_head(other) == Head(RUN.revision, None)


# Admission


async def test_admission_of_an_untouched_picture_shows_its_run_and_an_empty_record(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    admission = await ledger.admit(PAGE, sheets=[SHEET], route=ROUTE)
    assert admission.run == RUN
    assert admission.record == PictureRecord.untouched(PAGE)
    assert admission.sheets == {}
    assert admission.circuit is None


async def test_admission_shows_the_sheets_that_exist_by_picture_id(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    decided = await ledger.decide(SHEET, DRAWN, decided_at=NOON)
    admission = await ledger.admit(PAGE, sheets=[SHEET, RUN.picture("oren")], route=ROUTE)
    assert admission.sheets == {"mira": decided}


async def test_admission_accepts_a_sheet_named_twice_and_the_picture_among_its_sheets(ledger: StoryLedger) -> None:
    decided = await ledger.decide(SHEET, DRAWN, decided_at=NOON)
    admission = await ledger.admit(SHEET, sheets=[SHEET, SHEET], route=ROUTE)
    assert admission.record == decided
    assert admission.sheets == {"mira": decided}


async def test_a_request_without_a_story_has_no_run(ledger: StoryLedger) -> None:
    admission = await ledger.admit(REQUEST, sheets=[], route=ROUTE)
    assert admission.run is None
    assert admission.record == PictureRecord.untouched(REQUEST)


async def test_takes_and_owners_of_one_picture_id_are_different_pictures(ledger: StoryLedger) -> None:
    others = [
        PAGE.model_copy(update={"take": 2}),
        PAGE.model_copy(update={"revision": "b" * 16}),
        PictureRef(request_id="fern", picture_id="page-001"),
    ]
    await ledger.decide(PAGE, DRAWN, decided_at=NOON)
    for other in others:
        assert await admitted(ledger, other) == PictureRecord.untouched(other)


# Claims


async def test_the_first_claim_is_number_one_and_is_remembered(ledger: StoryLedger) -> None:
    claim = await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    assert (claim.claim_id, claim.number, claim.deadline) == ("c1", 1, NOON)
    record = await admitted(ledger)
    assert (record.claim, record.attempts, record.repays) == (claim, 1, 0)


async def test_a_second_claim_is_refused_with_the_first_one(ledger: StoryLedger) -> None:
    first = await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    record = await refusal(ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing=None))
    assert record.claim == first
    assert (await admitted(ledger)).attempts == 1


async def test_a_claim_whose_answer_was_lost_is_given_when_asked_for_again(ledger: StoryLedger) -> None:
    first = await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    assert await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None) == first
    assert (await admitted(ledger)).attempts == 1


async def test_a_caller_replaces_its_own_claim_and_counts_an_attempt(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    second = await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1")
    assert second.number == 2
    record = await admitted(ledger)
    assert (record.claim, record.repays) == (second, 0)


async def test_a_replacing_claim_whose_answer_was_lost_is_given_once(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    second = await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1", is_repay=True)
    assert await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1", is_repay=True) == second
    assert (await admitted(ledger)).attempts == 2


async def test_another_workers_claim_cannot_be_replaced_by_naming_an_older_one(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    second = await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1")
    record = await refusal(ledger.claim(PAGE, claim_id="c3", deadline=NOON, replacing="c1"))
    assert record.claim == second


async def test_an_unknown_outcome_is_paid_for_again_once_only(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1", is_repay=True)
    record = await refusal(ledger.claim(PAGE, claim_id="c3", deadline=NOON, replacing="c2", is_repay=True))
    assert record.repays == 1
    assert record.attempts == 2


async def test_a_repay_that_was_released_is_spent_all_the_same(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1", is_repay=True)
    await ledger.release(PAGE, "c2")
    await ledger.claim(PAGE, claim_id="c3", deadline=NOON, replacing=None)
    record = await refusal(ledger.claim(PAGE, claim_id="c4", deadline=NOON, replacing="c3", is_repay=True))
    assert record.repays == 1


async def test_of_two_workers_that_repay_the_same_claim_one_may(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    winner = await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1", is_repay=True)
    record = await refusal(ledger.claim(PAGE, claim_id="c3", deadline=NOON, replacing="c1", is_repay=True))
    assert record.claim == winner


async def test_a_released_claim_cannot_be_repaid(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    await ledger.release(PAGE, "c1")
    record = await refusal(ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1", is_repay=True))
    assert (record.claim, record.repays) == (None, 0)


async def test_a_repay_that_replaces_nothing_is_a_value_error(ledger: StoryLedger) -> None:
    with pytest.raises(ValueError, match="re-payment replaces a claim"):
        await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None, is_repay=True)


async def test_a_released_picture_can_be_claimed_and_its_attempts_count_on(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    await ledger.release(PAGE, "c1")
    assert (await admitted(ledger)).claim is None
    assert (await ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing="c1")).number == 2


async def test_releasing_a_claim_that_is_not_current_does_nothing(ledger: StoryLedger) -> None:
    await ledger.release(PAGE, "c0")
    assert await admitted(ledger) == PictureRecord.untouched(PAGE)
    claim = await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    await ledger.release(PAGE, "c0")
    assert (await admitted(ledger)).claim == claim


# Outcomes


@pytest.mark.parametrize("outcome", [DRAWN, FAILED])
async def test_an_outcome_is_remembered_whole_and_ends_the_claim(ledger: StoryLedger, outcome: PictureOutcome) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    record = await ledger.decide(PAGE, outcome, decided_at=NOON)
    assert record == PictureRecord(picture=PAGE, attempts=1, outcome=outcome, decided_at=NOON)
    assert await admitted(ledger) == record


async def test_a_picture_has_one_outcome_the_first(ledger: StoryLedger) -> None:
    first = await ledger.decide(PAGE, DRAWN, decided_at=NOON)
    assert await ledger.decide(PAGE, FAILED, decided_at=NOON + timedelta(hours=1)) == first


async def test_a_decided_picture_gives_no_claim(ledger: StoryLedger) -> None:
    await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    decided = await ledger.decide(PAGE, DRAWN, decided_at=NOON)
    for replacing, is_repay in ((None, False), ("c1", False), ("c1", True)):
        claim = ledger.claim(PAGE, claim_id="c2", deadline=NOON, replacing=replacing, is_repay=is_repay)
        assert await refusal(claim) == decided
    assert await refusal(ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)) == decided


async def test_a_request_without_a_story_is_claimed_and_decided_like_any_other(ledger: StoryLedger) -> None:
    await ledger.claim(REQUEST, claim_id="c1", deadline=NOON, replacing=None)
    decided = await ledger.decide(REQUEST, DRAWN, decided_at=NOON)
    assert await admitted(ledger, REQUEST) == decided


async def test_only_the_pictures_of_a_run_are_returned_in_order(ledger: StoryLedger) -> None:
    mine = [SHEET, PAGE, PAGE.model_copy(update={"take": 2}), PAGE.model_copy(update={"take": 11}), RUN.picture("z")]
    others = [a_run("b" * 16).picture("mira"), REQUEST, a_run("a" * 15 + "b").picture("mira")]
    for picture in reversed([*mine, *others]):
        await ledger.claim(picture, claim_id="c1", deadline=NOON, replacing=None)
    assert [record.picture for record in await ledger.pictures(RUN)] == mine


async def test_a_run_without_started_pictures_has_none(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    assert list(await ledger.pictures(RUN)) == []


# Holding for the operator


async def held(ledger: StoryLedger, picture: PictureRef = PAGE) -> PictureRecord:
    await ledger.claim(picture, claim_id="c1", deadline=NOON, replacing=None)
    return await ledger.hold(picture, "c1", at=NOON, until=LATER)


async def test_a_held_picture_keeps_its_claim_and_the_end_of_the_hold(ledger: StoryLedger) -> None:
    record = await held(ledger)
    assert (record.held_at, record.held_until) == (NOON, LATER)
    assert record.claim
    assert record.claim.claim_id == "c1"
    assert await admitted(ledger) == record


async def test_holding_again_does_not_restart_the_time(ledger: StoryLedger) -> None:
    first = await held(ledger)
    assert await ledger.hold(PAGE, "c1", at=NOON, until=LATER + timedelta(days=1)) == first


async def test_a_claim_that_is_not_current_is_not_held(ledger: StoryLedger) -> None:
    claim = await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    record = await ledger.hold(PAGE, "c0", at=NOON, until=LATER)
    assert (record.held_until, record.claim) == (None, claim)
    assert (await ledger.hold(SHEET, "c1", at=NOON, until=LATER)).held_until is None


async def test_a_decided_picture_is_not_held_and_a_held_one_can_be_decided(ledger: StoryLedger) -> None:
    await held(ledger)
    decided = await ledger.decide(PAGE, FAILED, decided_at=NOON)
    assert (decided.held_until, decided.claim) == (None, None)
    assert await ledger.hold(PAGE, "c1", at=NOON, until=LATER) == decided


async def test_a_held_claim_cannot_be_replaced(ledger: StoryLedger) -> None:
    record = await held(ledger)
    for is_repay in (True, False):
        with pytest.raises(ClaimRefusedError) as refused:
            await ledger.claim(PAGE, claim_id="c2", deadline=LATER, replacing="c1", is_repay=is_repay)
        assert refused.value.record == record


async def test_a_hold_is_ended_only_while_it_lasts(ledger: StoryLedger) -> None:
    claim = await ledger.claim(PAGE, claim_id="c1", deadline=NOON, replacing=None)
    assert (await ledger.decide(PAGE, FAILED, decided_at=NOON, held_claim="c1")).claim == claim
    held_record = await ledger.hold(PAGE, "c1", at=NOON, until=LATER)
    assert await ledger.decide(PAGE, FAILED, decided_at=NOON, held_claim="c0") == held_record
    decided = await ledger.decide(PAGE, FAILED, decided_at=NOON, held_claim="c1")
    assert (decided.outcome, decided.held_until, decided.claim) == (FAILED, LATER, None)
    assert await ledger.decide(PAGE, DRAWN, decided_at=LATER, held_claim="c1") == decided


# Charges against the story's maximum


def a_run_with(spare: str) -> Run:
    return RUN.model_copy(update={"spare_usd": Decimal(spare)})


async def test_charges_are_taken_until_nothing_is_left(ledger: StoryLedger) -> None:
    run = await ledger.record_run(a_run_with("0.10"))
    assert await ledger.charge(run, "one", Decimal("0.06"))
    assert not await ledger.charge(run, "two", Decimal("0.0401"))
    assert await ledger.charge(run, "three", Decimal("0.04"))
    found = await ledger.find_run("fern", RUN.revision)
    assert found
    assert (found.spare_usd, found.charges) == (Decimal(0), frozenset({"one", "three"}))


async def test_the_same_charge_is_taken_once_also_when_nothing_is_left(ledger: StoryLedger) -> None:
    run = await ledger.record_run(a_run_with("0.06"))
    assert await ledger.charge(run, "one", Decimal("0.06"))
    assert await ledger.charge(run, "one", Decimal("0.06"))
    found = await ledger.find_run("fern", RUN.revision)
    assert found
    assert found.spare_usd == 0


async def test_a_run_without_a_maximum_pays_everything(ledger: StoryLedger) -> None:
    run = await ledger.record_run(RUN)
    assert await ledger.charge(run, "one", Decimal(1000))
    assert await ledger.find_run("fern", RUN.revision) == RUN


# Settling and endings


async def test_settling_removes_one_picture_and_shows_who_is_last(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    assert (await ledger.settle(RUN, "mira", at=NOON)).open_pictures == {"page-001"}
    last = await ledger.settle(RUN, "page-001", at=NOON)
    assert (last.open_pictures, last.settled) == (frozenset(), 2)


async def test_settling_again_is_the_same_also_for_the_last(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    await ledger.settle(RUN, "mira", at=NOON)
    assert (await ledger.settle(RUN, "mira", at=NOON)).open_pictures == {"page-001"}
    last = await ledger.settle(RUN, "page-001", at=NOON)
    assert await ledger.settle(RUN, "page-001", at=NOON) == last


async def test_settling_a_picture_that_was_never_open_changes_nothing(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    assert await ledger.settle(RUN, "oren", at=NOON) == RUN.model_copy(update={"moved_at": NOON})


@pytest.mark.parametrize("reason", ["superseded", None])
async def test_a_run_has_one_ending_the_first(ledger: StoryLedger, reason: str | None) -> None:
    await ledger.record_run(RUN)
    ended = await ledger.decide_ending(RUN, RunEnding.CANCELLED, reason=reason, decided_at=NOON)
    assert (ended.ending, ended.ending_reason, ended.decided_at) == (RunEnding.CANCELLED, reason, NOON)
    late = await ledger.decide_ending(RUN, RunEnding.COMPLETED, reason="late", decided_at=NOON + timedelta(hours=1))
    assert late == ended
    assert await ledger.find_run("fern", RUN.revision) == ended


async def test_a_confirmed_ending_is_remembered(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    ended = await ledger.decide_ending(RUN, RunEnding.COMPLETED, reason=None, decided_at=NOON)
    await ledger.confirm_ending(RUN)
    await ledger.confirm_ending(RUN)
    assert await ledger.find_run("fern", RUN.revision) == ended.model_copy(update={"is_confirmed": True})


async def test_a_missing_ending_cannot_be_confirmed(ledger: StoryLedger) -> None:
    await ledger.record_run(RUN)
    with pytest.raises(StoreUnavailableError, match="no ending"):
        await ledger.confirm_ending(RUN)


CHANGES: dict[str, Callable[[StoryLedger], Awaitable[object]]] = {
    "mark_queued": lambda ledger: ledger.mark_queued(RUN, at=NOON),
    "settle": lambda ledger: ledger.settle(RUN, "mira", at=NOON),
    "decide_ending": lambda ledger: ledger.decide_ending(RUN, RunEnding.FAILED, reason=None, decided_at=NOON),
    "confirm_ending": lambda ledger: ledger.confirm_ending(RUN),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_changing_does_not_create_a_missing_run(
    ledger: StoryLedger, change: Callable[[StoryLedger], Awaitable[object]]
) -> None:
    with pytest.raises(StoreUnavailableError, match="fern/"):
        await change(ledger)
    assert await ledger.find_run("fern", RUN.revision) is None
